// ruleid: named-functions
function plain(a) { go(a); }
// ruleid: named-functions
async function waiting() { await go(); }
// ruleid: named-functions
function* generating() { yield 1; }
// ok: named-functions
const stored = function (a) { go(a); };
// ok: named-functions
const arrow = (a) => { go(a); };
