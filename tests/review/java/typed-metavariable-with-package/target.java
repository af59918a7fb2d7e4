import java.io.File;
class A {
    void f(File a, java.io.File b, other.File c) {
        // ruleid: typed-metavariable-with-package
        a.delete();
        // ruleid: typed-metavariable-with-package
        b.delete();
        // ok: typed-metavariable-with-package
        c.delete();
    }
}
