#!/usr/bin/env node
'use strict';

import defaultExport from 'alpha';
import * as everything from 'beta';
import { first, second as renamed } from './gamma.js';
import both, { third } from 'delta';
import 'epsilon';

export { first, renamed as other };
export * from 'zeta';
export const exported = 1;
export default function main(options) {
  return options;
}

const fs = require('fs');
const { exec, spawn: start } = require('child_process');
var old = 1, older = 2;
let later;
later = old + older;

// Literals.
const numbers = [0, 1.5, 1e3, 0xff, 0b101, 0o17, 10n, .5];
const strings = ['single', "double", 'it\'s', "tab\t", ''];
const plain = `template`;
const filled = `a${old}b${older}`;
const pattern = /ab+c/gi;
const nothing = null;
const missing = undefined;
const flags = [true, false];
const holes = [1, , 3];

// Objects.
const key = 'computed';
const object = {
  a: 1,
  'b-c': 2,
  3: 'three',
  [key]: 4,
  old,
  method(x) { return x; },
  get size() { return 1; },
  set size(value) { this.value = value; },
  async load() { await fetch('/'); },
  *items() { yield 1; },
  arrow: (x) => x + 1,
  plain: function (x) { return x; },
  nested: { deep: { deeper: true } },
};
const { a, nested: { deep }, size = 3 } = object;
const [head, , tail = 2] = numbers;
({ a: later } = object);
[old, older] = [older, old];

// Functions.
function declared(one, two = 2, { three, four: renamedFour }, [five]) {
  return one + two + three + renamedFour + five;
}

async function waits(url) {
  const response = await fetch(url);
  for await (const chunk of response.body) {
    process.stdout.write(chunk);
  }
  return response;
}

function* generates(limit) {
  let count = 0;
  while (count < limit) {
    yield count++;
  }
  yield* generates(limit - 1);
}

const expression = function () { return 1; };
const named = function fact(n) { return n < 2 ? 1 : n * fact(n - 1); };
const arrow = x => x * 2;
const arrows = (x, y) => { return x + y; };
const empty = () => {};
const later2 = async (x) => await x;
const returnsObject = () => ({ a: 1 });

// Classes.
class Base {
  constructor(name) {
    this.name = name;
  }
}

class Derived extends Base {
  static count = 0;
  #secret = 'hidden';
  field = 1;
  handler = () => { this.field += 1; };

  constructor(name, age) {
    super(name);
    this.age = age;
    Derived.count++;
  }

  static create(name) {
    return new Derived(name, 0);
  }

  get secret() {
    return this.#secret;
  }

  set secret(value) {
    this.#secret = value;
  }

  async load(path) {
    const text = await fs.promises.readFile(path, 'utf8');
    return super.toString() + text;
  }

  *[Symbol.iterator]() {
    yield this.name;
  }
}

const Anonymous = class { run() { return 1; } };
const NamedClass = class Inner extends Base { run() { return 2; } };

// Control flow.
if (old > older) {
  console.log('more');
} else if (old === older) {
  console.log('same');
} else {
  console.log('less');
}
if (!old) console.log('none');

for (let i = 0; i < 10; i++) {
  if (i % 2 === 0) continue;
  console.log(i);
}
for (let i = 0, j = 10; i < j; i++, j--) console.log(i, j);
for (;;) { break; }
for (const item of numbers) { console.log(item); }
for (const name in object) console.log(name);
for (later of numbers) { console.log(later); }
while (old < 10) { old += 1; }
do { old--; } while (old > 0);

outer: for (const x of numbers) {
  for (const y of numbers) {
    if (x === y) continue outer;
    if (x > 100) break outer;
  }
}

switch (old) {
  case 1:
    console.log('one');
    break;
  case 2:
  case 3: {
    console.log('two or three');
    break;
  }
  default:
    console.log('many');
}

try {
  risky();
} catch (error) {
  console.error(error.message);
} finally {
  cleanup();
}
try { risky(); } catch { recover(); }
try { risky(); } finally { cleanup(); }
function throws() {
  throw new Error('bad');
}

// Expressions.
const sum = old + older - 1 * 2 / 3 % 4 ** 2;
const bits = old & older | 1 ^ ~2 << 3 >> 1 >>> 0;
const logic = old && older || !later;
const fallback = old ?? older;
const same = old == older, different = old != older;
const strict = old === older, strictly = old !== older;
const compare = old < 1, atMost = old <= 1, atLeast = old >= 1;
const kind = typeof old;
const gone = delete object.a;
const none = void 0;
const inside = 'a' in object;
const instance = object instanceof Base;
const choice = old ? 'yes' : older ? 'maybe' : 'no';
old += 1; old -= 1; old *= 2; old /= 2; old %= 3; old **= 2;
old &&= older; old ||= older; old ??= older;
old <<= 1; old >>= 1; old &= 1; old |= 1; old ^= 1;
++old; old++; --old; old--;
const sequence = (old, older);
const chained = object?.nested?.deep?.['deeper'];
const called = object.method?.(1);
const spreadCall = Math.max(...numbers, 1);
const spreadList = [...numbers, ...strings];
const spreadObject = { ...object, a: 2 };
const created = new Date();
const createdBare = new Date;
const createdMember = new everything.Thing(1, 'two');
const index = numbers[0];
const indexed = object[key][0];
const tagged = String.raw`raw ${old} text`;
const loaded = import('./lazy.js');
const where = import.meta.url;
const assigned = later = 3;
const immediately = (function () { return 1; })();
const immediatelyArrow = (() => 1)();
promise.then((value) => value.id).catch(console.error).finally(() => cleanup());
setTimeout(() => console.log('later'), 100);
element.addEventListener('click', function (event) { event.preventDefault(); });
function target() { return new.target; }
debugger;
process.env.NODE_ENV === 'production' && minify();
module.exports = { declared, waits };
module.exports.extra = function (value) { return value; };
exports.more = (value) => value;

// JSX.
const simple = <div />;
const withText = <p>some text</p>;
const attributes = <a href="/home" target='_blank' data-id={1} disabled>home</a>;
const expressions = <p>{old} and {older}</p>;
const children = (
  <ul className="list">
    {numbers.map((n) => <li key={n}>{n}</li>)}
    <li>last</li>
  </ul>
);
const fragment = <><b>bold</b> text</>;
const member = <everything.Widget value={old} />;
const props = <Widget {...object} extra="1" />;
const conditional = old ? <b>yes</b> : <i>no</i>;
const render = <Widget render={() => <span>inner</span>} onClick={function () { go(); }} />;
const html = <div dangerouslySetInnerHTML={{ __html: filled }} />;
