// ruleid: class-with-base
class A extends Base { }
// ok: class-with-base
class B { }
// ruleid: class-with-base
public final class C extends Base implements I { void f() { } }
