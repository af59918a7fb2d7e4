// ruleid: field-with-modifiers
class A {
  private key: string = 'a';
}
// ok: field-with-modifiers
class B {
  public key: string = 'b';
}
