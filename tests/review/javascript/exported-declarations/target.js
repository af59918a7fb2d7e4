// ruleid: exported-declarations
export function open() { go(); }
// ruleid: exported-declarations
function close() { go(); }
