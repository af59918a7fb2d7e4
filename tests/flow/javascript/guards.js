// Conditions and calls that make values clean.

// === an early return
function f() {
  const value = source();
  if (!isSafe(value)) {
    // ruleid: flow
    sink(value);
    return;
  }
  // ok: flow
  sink(value);
}

// === membership in a list of values
const ALLOWED = ['a', 'b'];
const NAMES = new Set(['a', 'b']);

function f() {
  const value = source();
  if (ALLOWED.includes(value)) {
    // ok: flow
    sink(value);
  }
  // ruleid: flow
  sink(value);
  if (!NAMES.has(value)) throw new Error();
  // ok: flow
  sink(value);
}

// === a full match of a pattern
function f() {
  const value = source();
  if (/^[a-z]+$/.test(value)) {
    // ok: flow
    sink(value);
  } else {
    // ruleid: flow
    sink(value);
  }
}

// === equality with a constant
function f() {
  const value = source();
  if (value === 'a' || value === 'b') {
    // ok: flow
    sink(value);
  }
  if (value !== 'a') return;
  // ok: flow
  sink(value);
}

// === a switch over the value
function f() {
  const value = source();
  switch (value) {
    case 'a':
    case 'b':
      // todook: flow
      sink(value);
      break;
    default:
      // ruleid: flow
      sink(value);
  }
}

// === conditions that are combined
function f(flag) {
  const value = source();
  if (flag && isSafe(value)) {
    // ok: flow
    sink(value);
  } else {
    // ruleid: flow
    sink(value);
  }
  if (flag || isSafe(value)) {
    // ruleid: flow
    sink(value);
  }
  if (isHarmful(value) || flag) return;
  // ok: flow
  sink(value);
}

// === a condition in a variable
function f() {
  const value = source();
  const ok = isSafe(value);
  if (ok) {
    // ok: flow
    sink(value);
  }
  const bad = !isSafe(value);
  if (bad) return;
  // ok: flow
  sink(value);
}

// === a condition in a helper
function check(value) {
  return isSafe(value);
}

function f() {
  const value = source();
  if (check(value)) {
    // todook: flow
    sink(value);
  }
}

// === a loop that passes over what is harmful
function f(rows) {
  for (const row of rows) {
    const value = source();
    if (!isSafe(value)) continue;
    // ok: flow
    sink(value);
  }
}

// === a guard of another value, or of the value before
function f(other) {
  let value = source();
  if (isSafe(other)) {
    // ruleid: flow
    sink(value);
  }
  if (isSafe(value)) {
    value = source();
    // ruleid: flow
    sink(value);
  }
}

// === guarded expressions
function f() {
  const value = source();
  // ok: flow
  sink(isSafe(value) ? value : 'x');
  // todook: flow
  sink(isSafe(value) && value);
  // ruleid: flow
  sink(isSafe(value) || value);
}

// === a field that was tested
function f(config) {
  config.name = source();
  if (isSafe(config.name)) {
    // ok: flow
    sink(config.name);
  }
  // ruleid: flow
  sink(config.name);
}

// === a call that cleans its result, and one that cleans its argument
function f(flag) {
  let value = source();
  const cleaned = clean(value);
  // ok: flow
  sink(cleaned);
  // ok: flow
  sink(`a${clean(value)}b`);
  // ruleid: flow
  sink(value);
  if (flag) value = clean(value);
  // ruleid: flow
  sink(value);
  cleanInPlace(value);
  // ok: flow
  sink(value);
}
