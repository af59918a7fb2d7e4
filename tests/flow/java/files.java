// Values that go from file to file.

// === a static method of another class
import lib.Texts;

class A {
    void f() {
        // ruleid: flow
        sink(Texts.same(source()));
        // ok: flow
        sink(Texts.fixed(source()));
    }
}
// --- lib/Texts.java
package lib;

public class Texts {
    public static String same(String value) { return value; }
    public static String fixed(String value) { return "x"; }
    static void unused() { source(); }
}

// === a method of a file that has neither source nor sink
class A {
    void f() {
        // todook: flow
        sink(Texts.fixed(source()));
    }
}
// --- Texts.java
class Texts {
    static String fixed(String value) { return "x"; }
}

// === a class of another file
class A {
    void f() {
        Box box = new Box(source(), "x");
        // ruleid: flow
        sink(box.getValue());
        // ok: flow
        sink(box.getLabel());
    }
}
// --- Box.java
class Box {
    private final String value;
    private final String label;

    Box(String value, String label) {
        this.value = value;
        this.label = label;
    }

    String getValue() { return value; }
    String getLabel() { return label; }
    void unused() { source(); }
}

// === an implementation in another file
class A {
    private final Loader loader;

    A(Loader loader) { this.loader = loader; }

    void f() {
        // ruleid: flow
        sink(loader.load());
    }
}
// --- Loader.java
interface Loader {
    String load();
    default void unused() { source(); }
}
// --- Remote.java
class Remote implements Loader {
    public String load() { return source(); }
}

// === a constant of another class
class A {
    void f() {
        String value = source();
        if (Settings.STRICT) {
            value = "x";
        }
        // todook: flow
        sink(value);
    }
}
// --- Settings.java
class Settings {
    static final boolean STRICT = true;
}

// === two classes of one name
import one.Texts;

class A {
    void f() {
        // todook: flow
        sink(Texts.same(source()));
    }
}
// --- one/Texts.java
package one;

public class Texts {
    public static String same(String value) { return "x"; }
    static void unused() { source(); }
}
// --- two/Texts.java
package two;

public class Texts {
    public static String same(String value) { return value; }
    static void unused() { source(); }
}
