function f(a: Secret, b: Public) {
  // ruleid: typed-metavariables
  send(a);
  // ok: typed-metavariables
  send(b);
  const c = new Secret();
  // ruleid: typed-metavariables
  send(c);
}
