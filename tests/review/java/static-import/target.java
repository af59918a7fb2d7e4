import static org.junit.Assert.assertTrue;
class A {
    // ruleid: static-import
    Object a = assertTrue(b);
    // ok: static-import
    Object c = other(b);
}
