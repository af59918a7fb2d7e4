// ruleid: types-in-the-pattern
let a: number = load();
// ok: types-in-the-pattern
let b: string = load();
// ok: types-in-the-pattern
let c = load();
