const settings = { kind: "a", deep: { kinds: "a" }, changed: "a", 'quoted': "a" };
const spread = { kind: "a", ...given };
let open = { kind: "a" };

function use(other) {
  // ruleid: constants-of-objects
  f(settings.kind);
  // ruleid: constants-of-objects
  f(settings.deep.kinds);
  // ruleid: constants-of-objects
  f(settings.quoted);
  // ruleid: constants-of-objects
  f("abc"[0]);
  // ruleid: constants-of-objects
  f("ba".length === 2 ? "a" : other);
  f(settings.absent);
  f(settings.changed);
  f(spread.kind);
  f(open.kind);
  f(other.kind);
  settings.changed = other;
}

function jumps(given) {
  let x = "a";
  if (given) {
    throw "error";
    x = given;
  }
  // ruleid: constants-of-objects
  f(x);
  x = given ?? "a";
  f(x);
  x = "a" ?? given;
  // ruleid: constants-of-objects
  f(x);
  x = "" || "a";
  // ruleid: constants-of-objects
  f(x);
}
