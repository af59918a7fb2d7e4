function f(a: string, b: number) {
  // ruleid: typed-literals
  send(a);
  // ok: typed-literals
  send(b);
  // ruleid: typed-literals
  send('text');
  // ok: typed-literals
  send(1);
}
