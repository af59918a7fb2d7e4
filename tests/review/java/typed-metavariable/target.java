import java.io.File;
class A {
    File field;
    void f(File a, String b) {
        // ruleid: typed-metavariable
        a.delete();
        // ok: typed-metavariable
        b.delete();
        File c = new File("x");
        // ruleid: typed-metavariable
        c.delete();
        var d = new File("x");
        // ruleid: typed-metavariable
        d.delete();
        // ruleid: typed-metavariable
        field.delete();
        // ruleid: typed-metavariable
        this.field.delete();
        // ruleid: typed-metavariable
        new File("x").delete();
    }
}
