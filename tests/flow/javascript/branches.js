// Branches, loops and what ends a path.

// === a value from one of two branches
function f(flag) {
  let value;
  if (flag) {
    value = source();
  } else {
    value = 'x';
  }
  // ruleid: flow
  sink(value);
}

// === both branches replace the value
function f(flag) {
  let value = source();
  // ruleid: flow
  sink(value);
  if (flag) value = 'a';
  else value = 'b';
  // ok: flow
  sink(value);
}

// === a sink in each branch
function f(flag) {
  let value = source();
  if (flag) {
    value = 'a';
    // ok: flow
    sink(value);
  } else {
    // ruleid: flow
    sink(value);
  }
}

// === conditions that are constants
const DEBUG = false;

function f() {
  let value = source();
  const limit = 10;
  if (limit * 7 > 60) {
    value = 'a';
  }
  // ok: flow
  sink(value);
  if (DEBUG) {
    // ok: flow
    sink(source());
  }
  // ruleid: flow
  sink(DEBUG ? 'x' : source());
}

// === a variable is no constant once it was changed
function f(rows) {
  let limit = 10;
  let value = source();
  rows.forEach(() => { limit -= 1; });
  if (limit > 5) {
    value = 'a';
  }
  // ruleid: flow
  sink(value);
}

// === an early return leaves the other path
function f(flag) {
  let value = 'a';
  if (flag) {
    value = source();
    return;
  }
  // ok: flow
  sink(value);
  value = source();
  if (!flag) throw new Error();
  // ruleid: flow
  sink(value);
}

// === a value of an earlier turn of a loop
function f(rows) {
  let value = 'a';
  for (const row of rows) {
    // ruleid: flow
    sink(value);
    value = source();
  }
}

// === loops that run at least once, or not at all
function f(flag) {
  let value = source();
  while (flag) value = 'a';
  // ruleid: flow
  sink(value);
  do {
    value = 'a';
  } while (flag);
  // ok: flow
  sink(value);
}

// === break and continue with labels
function f(rows) {
  let value = 'x';
  outer: for (const row of rows) {
    value = 'x';
    for (const cell of row) {
      if (!cell) continue outer;
      // ok: flow
      sink(value);
      value = source();
      break outer;
    }
  }
  // ruleid: flow
  sink(value);
}

// === a switch over a constant
function f() {
  let value;
  switch ('b') {
    case 'a':
      value = source();
      break;
    case 'b':
      value = 'x';
      break;
    default:
      value = source();
  }
  // ok: flow
  sink(value);
}

// === a switch that falls through
function f(kind) {
  let value = 'x';
  switch (kind) {
    case 1:
      value = source();
    case 2:
      // ruleid: flow
      sink(value);
      break;
    default:
      // ok: flow
      sink(value);
  }
}

// === values of conditions
function f(flag, other) {
  // ruleid: flow
  sink(flag ? source() : 'x');
  // ruleid: flow
  sink(source() || 'x');
  // ruleid: flow
  sink(other ?? source());
  // ok: flow
  sink('x' || source());
  // ruleid: flow
  sink(flag && source());
  // ok: flow
  sink(!source());
  let value;
  value ??= source();
  // ruleid: flow
  sink(value);
}
