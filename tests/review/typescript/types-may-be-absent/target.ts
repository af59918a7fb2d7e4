// ruleid: types-may-be-absent
let a: number = load();
// ruleid: types-may-be-absent
let b = load();
// ok: types-may-be-absent
const c = load();
