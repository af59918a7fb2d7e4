// Aliases, fields and classes.

// === a copy of a variable keeps what it was
function f() {
  let a = source();
  const b = a;
  a = 'x';
  // ok: flow
  sink(a);
  // ruleid: flow
  sink(b);
}

// === fields by name, and by path
function f(a) {
  a.user.name = source();
  a.user.kind = 'x';
  // ruleid: flow
  sink(a.user.name);
  // ok: flow
  sink(a.user.kind);
  // ruleid: flow
  sink(a['user'].name);
  const user = a.user;
  // ruleid: flow
  sink(user?.name);
  user.name = 'x';
  // ok: flow
  sink(a.user.name);
}

// === objects that are written out
function f(key) {
  const kind = 'x';
  const a = { name: source(), kind, ['la' + 'bel']: source() };
  // ruleid: flow
  sink(a.name);
  // ok: flow
  sink(a.kind);
  // ruleid: flow
  sink(a.label);
  // ruleid: flow
  sink(a[key]);
  // ruleid: flow
  sink(JSON.stringify(a));
}

// === an object that is spread into another
function f() {
  const a = { name: source(), kind: 'x' };
  const b = { ...a, kind: 'y', label: 'z' };
  // ruleid: flow
  sink(b.name);
  // ok: flow
  sink(b.kind);
  // ok: flow
  sink(b.label);
  const c = Object.assign({}, a);
  // ruleid: flow
  sink(c.name);
  // ok: flow
  sink({ ...a, name: 'x' }.name);
}

// === destructuring
function f(other) {
  const { name, kind: renamed, ...rest } = { name: source(), kind: 'x', more: source() };
  // ruleid: flow
  sink(name);
  // ok: flow
  sink(renamed);
  // ruleid: flow
  sink(rest.more);
  const [a, , b = source()] = ['x', source(), other];
  // ok: flow
  sink(a);
  // ruleid: flow
  sink(b);
  let c = 'x', d = source();
  [c, d] = [d, c];
  // ruleid: flow
  sink(c);
  // ok: flow
  sink(d);
  const { user: { mail = 'x' } } = { user: { mail: source() } };
  // ruleid: flow
  sink(mail);
}

// === parameters that are destructured
function show({ name, kind = 'x' }, [first, second]) {
  // ruleid: flow
  sink(name);
  // ok: flow
  sink(kind);
  // ok: flow
  sink(first);
  // ruleid: flow
  sink(second);
}

function f() {
  show({ name: source() }, ['x', source()]);
}

// === a field set in the constructor and read in a method
class Box {
  #secret;

  constructor(value, label) {
    this.value = value;
    this.label = label;
    this.#secret = value;
  }

  show() {
    // ruleid: flow
    sink(this.value);
    // ok: flow
    sink(this.label);
    // ruleid: flow
    sink(this.#secret);
  }
}

function f() {
  new Box(source(), 'x').show();
}

// === getters and setters
class Box {
  get name() {
    return this._name;
  }

  set name(value) {
    this._name = value;
  }
}

function f() {
  const box = new Box();
  box.name = source();
  // ruleid: flow
  sink(box.name);
}

// === two objects of one class
class Box {}

function f() {
  const a = new Box();
  const b = new Box();
  a.name = source();
  // ok: flow
  sink(b.name);
  // ruleid: flow
  sink(a.name);
}

// === static fields
class State {
  static value = 'x';
  static other = 'x';
}

function fill() {
  State.value = source();
}

function f() {
  // ruleid: flow
  sink(State.value);
  // ok: flow
  sink(State.other);
}

// === a helper that changes its argument
function fill(target) {
  target.name = source();
}

function f(a, b) {
  fill(a);
  // ruleid: flow
  sink(a.name);
  // ok: flow
  sink(a.kind);
  // ok: flow
  sink(b.name);
}

// === an override of a class, and super
class Base {
  constructor(value) {
    this.value = value;
  }

  load() {
    return 'x';
  }

  show() {
    return this.value + this.load();
  }
}

class Own extends Base {
  constructor(value) {
    super(value);
  }

  show() {
    return super.show();
  }
}

class Tainted extends Base {
  load() {
    return source();
  }
}

function f() {
  // ruleid: flow
  sink(new Own(source()).show());
  // todook: flow
  sink(new Own('x').show());
  // ruleid: flow
  sink(new Tainted('x').show());
  // ok: flow
  sink(new Base('x').load());
}

// === methods that are chained
class Query {
  where(text) {
    this.text = text;
    return this;
  }

  named(label) {
    this.label = label;
    return this;
  }
}

function f() {
  const query = new Query().where(source()).named('x');
  // ruleid: flow
  sink(query.text);
  // ok: flow
  sink(query.label);
}

// === methods of an object that is written out
const texts = {
  same(value) {
    return value;
  },
  fixed: (value) => 'x',
};

function f() {
  // ruleid: flow
  sink(texts.same(source()));
  // todook: flow
  sink(texts.fixed(source()));
}

// === a prototype
function Box(value) {
  this.value = value;
}

Box.prototype.show = function () {
  return this.value;
};

function f() {
  // todoruleid: flow
  sink(new Box(source()).show());
}
