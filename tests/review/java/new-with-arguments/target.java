import java.util.Random;
class A {
    // ruleid: new-with-arguments
    Object a = new Random();
    // ruleid: new-with-arguments
    Object b = new Random(1);
    // ok: new-with-arguments
    Object c = new java.util.Random();
    // ok: new-with-arguments
    Object d = new SecureRandom();
}
