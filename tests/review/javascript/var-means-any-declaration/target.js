// ruleid: var-means-any-declaration
var a = makeToken();
// ruleid: var-means-any-declaration
let b = makeToken();
// ruleid: var-means-any-declaration
const c = makeToken();
