// Calls, closures, promises and exceptions.

// === helpers that pass on, and that return a constant
function same(value) {
  return value;
}

const fixed = (value) => 'x';

function f() {
  // ruleid: flow
  sink(same(source()));
  // ok: flow
  sink(same('x'));
  // ok: flow
  sink(fixed(source()));
}

// === a helper that cleans on one of two paths
const half = (value, flag) => (flag ? clean(value) : value);
const whole = (value, flag) => (flag ? clean(value) : 'x');

function f(flag) {
  // ruleid: flow
  sink(half(source(), flag));
  // ok: flow
  sink(whole(source(), flag));
}

// === a sink and a source in helpers
function show(value, label) {
  // ruleid: flow
  sink(value);
  // ok: flow
  sink(label);
}

const load = () => source();

function f() {
  show(load(), 'x');
}

// === recursion
function repeat(value, times) {
  return times === 0 ? value : again(value + 'x', times - 1);
}

function again(value, times) {
  return repeat(value, times);
}

function f() {
  // ruleid: flow
  sink(repeat(source(), 3));
}

// === defaults and rests of arguments
function pick(a, b = source(), ...rest) {
  // ruleid: flow
  sink(b);
  // ok: flow
  sink(rest[0]);
  // ruleid: flow
  sink(rest[1]);
  return a;
}

function f() {
  // ok: flow
  sink(pick('x', 'y', 'z', source()));
}

// === spread arguments
function pick(a, b) {
  return b;
}

function f() {
  // ruleid: flow
  sink(pick(...['x', source()]));
}

// === captured variables
function f() {
  const value = source();
  const inner = () => {
    // ruleid: flow
    sink(value);
  };
  inner();
}

// === a closure that sets a variable around it
function f(rows) {
  let value = 'x';
  rows.forEach((row) => {
    value = source();
  });
  // ruleid: flow
  sink(value);
}

// === a function that returns a function
const adder = (prefix) => (value) => prefix + value;

function f() {
  const add = adder(source());
  // ruleid: flow
  sink(add('x'));
  // ruleid: flow
  sink(adder('x')(source()));
}

// === callbacks
function apply(action, value) {
  return action(value);
}

function load(done) {
  done(null, source());
}

function f() {
  // ruleid: flow
  sink(apply((value) => value, source()));
  load((error, value) => {
    // ok: flow
    sink(error);
    // ruleid: flow
    sink(value);
  });
}

// === a callback that the function is given by name
function show(value) {
  // ruleid: flow
  sink(value);
}

function f() {
  [source()].forEach(show);
  load(source(), show);
}

// === functions in an object
function f(kind) {
  const actions = { a: (value) => 'x', b: (value) => value };
  // ruleid: flow
  sink(actions['b'](source()));
  // ruleid: flow
  sink(actions[kind](source()));
}

// === call, apply and bind
function same(value) {
  return value;
}

function f() {
  // ruleid: flow
  sink(same.call(null, source()));
  // ruleid: flow
  sink(same.apply(null, [source()]));
  // todoruleid: flow
  sink(same.bind(null, source())());
}

// === async and await
async function load() {
  return source();
}

async function f() {
  // ruleid: flow
  sink(await load());
  const [a, b] = await Promise.all([load(), 'x']);
  // ruleid: flow
  sink(a);
  for await (const part of stream(source())) {
    // ruleid: flow
    sink(part);
  }
}

// === promises
function load() {
  return new Promise((resolve, reject) => {
    resolve(source());
  });
}

function f() {
  load().then((value) => {
    // todoruleid: flow
    sink(value);
    return 'x';
  }).then((value) => {
    // ok: flow
    sink(value);
    return source();
  }).then((value) => {
    // ruleid: flow
    sink(value);
  });
  Promise.resolve(source()).then((value) => {
    // ruleid: flow
    sink(value);
  });
}

// === generators
function* values() {
  yield 'x';
  yield source();
}

function* all() {
  yield* values();
}

function f() {
  for (const value of all()) {
    // ruleid: flow
    sink(value);
  }
}

// === flow into catch and finally
function f() {
  let value = 'x';
  try {
    value = source();
    risky();
  } catch {
    // ruleid: flow
    sink(value);
  } finally {
    // ruleid: flow
    sink(value);
  }
}

// === a handler that replaces the value
function f() {
  let value;
  try {
    value = clean(source());
  } catch (error) {
    value = 'x';
  }
  // ok: flow
  sink(value);
  try {
    value = source();
  } catch (error) {
    return;
  }
  // ruleid: flow
  sink(value);
}

// === a tainted value that is thrown
function check(value) {
  throw new Error(value);
}

function f() {
  try {
    throw new Error(source());
  } catch (error) {
    // ruleid: flow
    sink(error.message);
  }
  try {
    check(source());
  } catch (error) {
    // todoruleid: flow
    sink(error.message);
  }
}

// === variables of the module
let state = 'x';
let other = 'x';

function fill() {
  state = source();
}

function f() {
  // ruleid: flow
  sink(state);
  // ok: flow
  sink(other);
}

// === a function that is called where it is written
(function () {
  const value = source();
  (() => {
    // ruleid: flow
    sink(value);
  })();
})();

// === a digest is made of what went in
const crypto = require('crypto');
// ruleid: flow
sink(crypto.createHash('sha256').update(source()).digest('hex'));
const hash = crypto.createHash('sha256');
hash.update(source());
// todoruleid: flow
sink(hash.digest('hex'));
// ok: flow
sink(crypto.createHash('sha256').update('a').digest('hex'));
