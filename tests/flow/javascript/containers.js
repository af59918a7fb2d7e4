// Containers and text.

// === indices of an array
function f(i) {
  const a = ['x', source()];
  // ok: flow
  sink(a[0]);
  // ruleid: flow
  sink(a[1]);
  // ruleid: flow
  sink(a[i]);
  a[0] = source();
  a[1] = 'x';
  // ruleid: flow
  sink(a[0]);
  // ok: flow
  sink(a[1]);
}

// === push, pop and shift
function f() {
  const a = [];
  a.push('x');
  a.push(source());
  // ok: flow
  sink(a[0]);
  // ruleid: flow
  sink(a[1]);
  a.shift();
  // ruleid: flow
  sink(a[0]);
  // ruleid: flow
  sink(a.pop());
}

// === maps and sets
function f(key) {
  const map = new Map();
  map.set('a', source());
  map.set('b', 'x');
  // ruleid: flow
  sink(map.get('a'));
  // ok: flow
  sink(map.get('b'));
  // ruleid: flow
  sink(map.get(key));
  const set = new Set();
  set.add(source());
  for (const value of set) {
    // ruleid: flow
    sink(value);
  }
  for (const [name, value] of map) {
    // todook: flow
    sink(name);
    // ruleid: flow
    sink(value);
  }
}

// === iteration over an object
function f() {
  const a = { name: source() };
  for (const key in a) {
    // ok: flow
    sink(key);
    // ruleid: flow
    sink(a[key]);
  }
  for (const [key, value] of Object.entries(a)) {
    // ok: flow
    sink(key);
    // ruleid: flow
    sink(value);
  }
  // ruleid: flow
  sink(Object.values(a)[0]);
  // ok: flow
  sink(Object.keys(a)[0]);
}

// === functions over arrays
function f() {
  const a = [source()];
  // ruleid: flow
  sink(a.map((v) => v + 'x')[0]);
  // ok: flow
  sink(a.map((v) => 'x')[0]);
  // ruleid: flow
  a.forEach((v) => sink(v));
  // ruleid: flow
  sink(a.filter((v) => v).find((v) => v));
  // ruleid: flow
  sink(a.reduce((all, v) => all + v, ''));
  // ruleid: flow
  sink(a.join(','));
  // ok: flow
  sink(a.length);
}

// === copies hold what the original held then
function f() {
  const a = [source()];
  const b = [...a];
  const c = a.slice();
  const d = a.concat(['x']);
  const e = Array.from(a);
  a[0] = 'x';
  // ok: flow
  sink(a[0]);
  // ruleid: flow
  sink(b[0]);
  // ruleid: flow
  sink(c[0]);
  // ruleid: flow
  sink(d[0]);
  // ruleid: flow
  sink(e[0]);
}

// === containers in containers
function f() {
  const a = { user: { name: source(), kind: 'x' }, rows: [['x', source()]] };
  // ruleid: flow
  sink(a.user.name);
  // ok: flow
  sink(a.user.kind);
  // ok: flow
  sink(a.rows[0][0]);
  // ruleid: flow
  sink(a.rows[0][1]);
}

// === text that is built
function f() {
  const value = source();
  // ruleid: flow
  sink('select ' + value);
  // ruleid: flow
  sink(`select ${value}`);
  // ruleid: flow
  sink(['x', value].join(', '));
  let text = 'select ';
  text += value;
  // ruleid: flow
  sink(text);
  // ruleid: flow
  sink('a'.concat(value).trim().slice(1).replace(/'/g, '').toUpperCase());
  // ruleid: flow
  sink(tag`select ${value}`);
  // ruleid: flow
  sink(value.split(',')[0]);
  // ok: flow
  sink(Number(value));
  // ok: flow
  sink(typeof value);
  // ok: flow
  sink(value === 'x');
}
