// ok: const-means-const
let b = makeToken();
// ruleid: const-means-const
const c = makeToken();
