// ruleid: assignment-and-any-declaration
var a = makeToken();
// ruleid: assignment-and-any-declaration
let b = makeToken();
// ruleid: assignment-and-any-declaration
const c = makeToken();
// ruleid: assignment-and-any-declaration
d = makeToken();
// ruleid: assignment-and-any-declaration
holder.e = makeToken();
// ok: assignment-and-any-declaration
let f;
