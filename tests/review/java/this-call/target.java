class A {
    // ruleid: this-call
    Object a = this.b();
    // ok: this-call
    Object c = b();
}
