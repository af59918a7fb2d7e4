// ruleid: constructor-parameters
class A {
  constructor(private http: Http) { go(); }
}
// ok: constructor-parameters
class B {
  constructor(private store: Store) { go(); }
}
