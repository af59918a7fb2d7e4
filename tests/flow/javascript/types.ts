// What types of TypeScript tell.

// === an interface with implementations
interface Loader {
  load(value: string): string;
}

class Same implements Loader {
  load(value: string): string {
    return value;
  }
}

class Fixed implements Loader {
  load(value: string): string {
    return 'x';
  }
}

function f(any: Loader, fixed: Fixed) {
  // ruleid: flow
  sink(any.load(source()));
  // ok: flow
  sink(fixed.load(source()));
}

// === fields that the constructor declares
class Box {
  constructor(private readonly value: string, private label: string) {}

  show() {
    // ruleid: flow
    sink(this.value);
    // ok: flow
    sink(this.label);
  }
}

function f() {
  new Box(source(), 'x').show();
}

// === what says nothing about a value
function f() {
  const value = source() as unknown as string;
  // ruleid: flow
  sink(value!);
  // ruleid: flow
  sink(<string>value);
  // ok: flow
  sink(parseInt(value, 10));
}

// === an abstract method and the one that calls it
abstract class Page {
  abstract title(): string;

  show(): void {
    // ruleid: flow
    sink(this.title());
  }
}

class Own extends Page {
  title(): string {
    return source();
  }
}

// === members of an enumeration and of a namespace
enum Mode {
  Safe = 'safe',
}

namespace Texts {
  export function fixed(value: string): string {
    return 'x';
  }
}

function f() {
  // ok: flow
  sink(Mode.Safe);
  // todook: flow
  sink(Texts.fixed(source()));
  // ruleid: flow
  sink(source());
}
