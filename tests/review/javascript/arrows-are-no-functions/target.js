// ruleid: arrows-are-no-functions
const a = () => { return; };
// ok: arrows-are-no-functions
const b = function () { return 1; };
