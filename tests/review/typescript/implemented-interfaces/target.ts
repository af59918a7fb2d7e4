// ruleid: implemented-interfaces
class A implements Handler { }
// ruleid: implemented-interfaces
class B extends Base implements Other, Handler { }
// ok: implemented-interfaces
class C implements Other { }
