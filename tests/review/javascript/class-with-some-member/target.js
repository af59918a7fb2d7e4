// ruleid: class-with-some-member
class A extends Base {
  start() { go(); }
  run() { go(); }
  stop() { go(); }
}
// ok: class-with-some-member
class B extends Base {
  start() { go(); }
}
// ok: class-with-some-member
class C {
  run() { go(); }
}
