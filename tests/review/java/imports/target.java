import java.util.Arrays;
class A {
    // ruleid: imports
    Object a = Arrays.asList(1);
    // ruleid: imports
    Object b = java.util.Arrays.asList(1);
    // ok: imports
    Object c = Other.asList(1);
}
