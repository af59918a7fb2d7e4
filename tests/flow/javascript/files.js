// Values that go from file to file.

// === functions of a module
import { same, fixed as constant } from './lib/texts.js';
import * as texts from './lib/texts.js';

export function f() {
  // ruleid: flow
  sink(same(source()));
  // ok: flow
  sink(constant(source()));
  // ruleid: flow
  sink(texts.same(source()));
  // ok: flow
  sink(texts.fixed(source()));
}
// --- lib/texts.js
export function same(value) {
  source();
  return value;
}

export const fixed = (value) => 'x';

// === the default of a module
import run from './run.js';

export function f() {
  // ok: flow
  sink(run(source()));
}
// --- run.js
export default function run(value) {
  source();
  return 'x';
}

// === modules that are required
const { show } = require('./lib/show');
const texts = require('./lib/texts');

function f() {
  show(source());
  // ok: flow
  sink(texts.fixed(source()));
}
// --- lib/show.js
function show(value) {
  // ruleid: flow
  sink(value);
}

module.exports = { show };
// --- lib/texts.js
exports.fixed = function (value) {
  source();
  return 'x';
};

// === a module that hands on
import { fixed } from './lib/index.js';

export function f() {
  // todook: flow
  sink(fixed(source()));
}
// --- lib/index.js
export { fixed } from './texts.js';
// --- lib/texts.js
export function fixed(value) {
  source();
  return 'x';
}

// === a class of another module
import { Box } from './box.js';

export function f() {
  const box = new Box(source(), 'x');
  // ruleid: flow
  sink(box.value);
  // ok: flow
  sink(box.label);
  box.show();
}
// --- box.js
export class Box {
  constructor(value, label) {
    this.value = value;
    this.label = label;
  }

  show() {
    // ruleid: flow
    sink(this.value);
  }
}
