// Aliases, fields and static fields.

// === a copy of a variable keeps what it was
class A {
    void f() {
        String a = source();
        String b = a;
        a = "x";
        // ok: flow
        sink(a);
        // ruleid: flow
        sink(b);
    }
}

// === fields by name, and by path
class A {
    void f(Config a) {
        a.user.name = source();
        a.user.kind = "x";
        // ruleid: flow
        sink(a.user.name);
        // ok: flow
        sink(a.user.kind);
        User user = a.user;
        // ruleid: flow
        sink(user.name);
        user.name = "x";
        // ok: flow
        sink(a.user.name);
    }
}

// === two objects of one class
class A {
    void f() {
        Config a = new Config();
        Config b = new Config();
        a.name = source();
        // ok: flow
        sink(b.name);
        b = a;
        // ruleid: flow
        sink(b.name);
    }
}

// === getters and setters
class Bean {
    private String name;
    private String kind;

    String getName() { return name; }
    void setName(String name) { this.name = name; }
    String getKind() { return this.kind; }
    void setKind(String kind) { this.kind = kind; }
}

class A {
    void f() {
        Bean bean = new Bean();
        bean.setName(source());
        bean.setKind("x");
        // ruleid: flow
        sink(bean.getName());
        // ok: flow
        sink(bean.getKind());
        bean.setName("x");
        // todook: flow
        sink(bean.getName());
        Bean other = new Bean();
        // ok: flow
        sink(other.getName());
    }
}

// === a field set in the constructor and read in a method
class Box {
    private final String value;
    private final String label;

    Box(String value, String label) {
        this.value = value;
        this.label = label;
    }

    void show() {
        // ruleid: flow
        sink(value);
        // ok: flow
        sink(label);
    }
}

class A {
    void f() {
        new Box(source(), "x").show();
    }
}

// === a field that one method sets and another one reads
class Box {
    private String value = "x";
    private String label = "x";

    void fill() {
        this.value = source();
    }

    void show() {
        // todoruleid: flow
        sink(this.value);
        // ok: flow
        sink(this.label);
    }
}

// === a constructor that calls another one
class Box {
    String value;

    Box(String value) {
        this(value, 1);
    }

    Box(String value, int count) {
        this.value = value;
    }
}

class A {
    void f() {
        // ruleid: flow
        sink(new Box(source()).value);
    }
}

// === static fields
class State {
    static String value = "x";
    static String other = "x";
}

class A {
    void fill() {
        State.value = source();
    }

    void f() {
        // ruleid: flow
        sink(State.value);
        // ok: flow
        sink(State.other);
    }
}

// === a helper that changes its argument
class A {
    static void fill(Config config) {
        config.name = source();
    }

    void f(Config a, Config b) {
        fill(a);
        // ruleid: flow
        sink(a.name);
        // ok: flow
        sink(a.kind);
        // ok: flow
        sink(b.name);
    }
}

// === records
record Point(String x, String y) {}

class A {
    void f() {
        Point point = new Point(source(), "y");
        // ruleid: flow
        sink(point.x());
        // todook: flow
        sink(point.y());
    }
}

// === a field of a class is clean behind what makes it clean
class A {
    private static Object all = source();
    private static Object part = source();
    private Object own = source();

    static {
        // ruleid: flow
        sink(all);
        cleanInPlace(all);
        // ok: flow
        sink(all);
    }

    void f() {
        // ok: flow
        sink(all);
        // ruleid: flow
        sink(part);
        // ruleid: flow
        sink(own);
        cleanInPlace(own);
        // ok: flow
        sink(own);
    }
}
