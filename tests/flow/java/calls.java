// Calls, overrides, lambdas and exceptions.

// === helpers that pass on, and that return a constant
class A {
    static String same(String value) { return value; }
    static String fixed(String value) { return "x"; }

    void f() {
        // ruleid: flow
        sink(same(source()));
        // ok: flow
        sink(same("x"));
        // ok: flow
        sink(A.fixed(source()));
    }
}

// === a helper that cleans on one of two paths
class A {
    String half(String value, boolean flag) {
        return flag ? clean(value) : value;
    }

    String whole(String value, boolean flag) {
        if (flag) {
            return clean(value);
        }
        return "x";
    }

    void f(boolean flag) {
        // ruleid: flow
        sink(half(source(), flag));
        // ok: flow
        sink(whole(source(), flag));
    }
}

// === a sink and a source in helpers
class A {
    void show(String value, String label) {
        // ruleid: flow
        sink(value);
        // ok: flow
        sink(label);
    }

    String load() { return source(); }

    void f() {
        show(load(), "x");
    }
}

// === recursion
class A {
    String repeat(String value, int times) {
        if (times == 0) {
            return value;
        }
        return again(value + "x", times - 1);
    }

    String again(String value, int times) {
        return repeat(value, times);
    }

    void f() {
        // ruleid: flow
        sink(repeat(source(), 3));
    }
}

// === a rest of arguments
class A {
    String first(String... values) { return values[0]; }

    void f() {
        // ruleid: flow
        sink(first(source(), "x"));
        // ok: flow
        sink(first("x", source()));
        // ruleid: flow
        sink(first(new String[] {source()}));
    }
}

// === overloads
class A {
    String pick(String value) { return value; }
    String pick(String value, int count) { return "x"; }

    void f() {
        // ruleid: flow
        sink(pick(source()));
        // ok: flow
        sink(pick(source(), 1));
    }
}

// === a method that is called as those of a library
class Texts {
    String get(String value) { return "x"; }
    static String of(String value) { return "x"; }
}

class A {
    void f(Texts texts) {
        // ok: flow
        sink(texts.get(source()));
        // ok: flow
        sink(Texts.of(source()));
    }
}

// === methods that are chained
class Query {
    private String text = "";
    private String label = "";

    Query where(String text) {
        this.text = text;
        return this;
    }

    Query named(String label) {
        this.label = label;
        return this;
    }

    String text() { return text; }
    String label() { return label; }
}

class A {
    void f() {
        Query query = new Query().where(source()).named("x");
        // ruleid: flow
        sink(query.text());
        // ok: flow
        sink(query.label());
    }
}

// === an override of a class
class Base {
    String load() { return "x"; }
}

class Tainted extends Base {
    @Override
    String load() { return source(); }
}

class A {
    void f(Base any) {
        // ruleid: flow
        sink(any.load());
        // ok: flow
        sink(new Base().load());
        // ruleid: flow
        sink(new Tainted().load());
        Base made = new Tainted();
        // ruleid: flow
        sink(made.load());
    }
}

// === an interface with implementations
interface Loader {
    String load(String value);
}

class Same implements Loader {
    public String load(String value) { return value; }
}

class Fixed implements Loader {
    public String load(String value) { return "x"; }
}

class A {
    void f(Loader any, Fixed fixed) {
        // ruleid: flow
        sink(any.load(source()));
        // ok: flow
        sink(fixed.load(source()));
    }
}

// === an abstract method and the one that calls it
abstract class Page {
    abstract String title();

    void show() {
        // ruleid: flow
        sink(title());
    }
}

class Own extends Page {
    String title() { return source(); }
}

// === super
class Base {
    protected String value;

    Base(String value) { this.value = value; }

    String show() { return value; }
}

class Own extends Base {
    Own(String value) { super(value); }

    @Override
    String show() { return "a" + super.show(); }
}

class A {
    void f() {
        // ruleid: flow
        sink(new Own(source()).show());
        // ok: flow
        sink(new Own("x").show());
    }
}

// === a default method
interface Named {
    String name();

    default String shown() { return "a" + name(); }
}

class Own implements Named {
    public String name() { return source(); }
}

class A {
    void f() {
        // ruleid: flow
        sink(new Own().shown());
    }
}

// === lambdas and references of methods
import java.util.function.*;

class A {
    static String same(String value) { return value; }

    void f() {
        Function<String, String> one = value -> value + "x";
        // ruleid: flow
        sink(one.apply(source()));
        Function<String, String> two = A::same;
        // ruleid: flow
        sink(two.apply(source()));
        Function<String, String> three = value -> "x";
        // ok: flow
        sink(three.apply(source()));
        Consumer<String> four = value -> {
            // ruleid: flow
            sink(value);
        };
        four.accept(source());
    }
}

// === captured variables
class A {
    void f() {
        String value = source();
        Runnable run = () -> {
            // ruleid: flow
            sink(value);
        };
        run.run();
        new Thread(new Runnable() {
            public void run() {
                // ruleid: flow
                sink(value);
            }
        }).start();
    }
}

// === a lambda that a helper calls
import java.util.function.*;

class A {
    String apply(Function<String, String> action, String value) {
        return action.apply(value);
    }

    void f() {
        // ruleid: flow
        sink(apply(value -> value, source()));
    }
}

// === flow into catch and finally
class A {
    void f() {
        String value = "x";
        try {
            value = source();
            risky();
        } catch (IllegalStateException e) {
            // ruleid: flow
            sink(value);
        } finally {
            // ruleid: flow
            sink(value);
        }
    }
}

// === a handler that replaces the value
class A {
    void f() {
        String value;
        try {
            value = clean(source());
        } catch (RuntimeException e) {
            value = "x";
        }
        // ok: flow
        sink(value);
        try {
            value = source();
        } catch (RuntimeException e) {
            return;
        }
        // ruleid: flow
        sink(value);
    }
}

// === a tainted value that is thrown
class A {
    void f() {
        try {
            throw new IllegalStateException(source());
        } catch (IllegalStateException e) {
            // ruleid: flow
            sink(e.getMessage());
        }
        try {
            check(source());
        } catch (IllegalArgumentException e) {
            // todoruleid: flow
            sink(e.getMessage());
        }
    }

    void check(String value) {
        throw new IllegalArgumentException(value);
    }
}

// === try with resources
class A {
    void f() throws Exception {
        try (Reader reader = open(source())) {
            // ruleid: flow
            sink(reader.readLine());
        }
        try (Reader reader = open("x")) {
            // ok: flow
            sink(reader.readLine());
        }
    }
}

// === an inner class reads what is around it
class A {
    String value = source();

    class Inner {
        void f() {
            // todoruleid: flow
            sink(value);
        }
    }
}

// === enums and their methods
enum Mode {
    SAFE, RAW;

    String apply(String value) {
        return this == SAFE ? "x" : value;
    }
}

class A {
    void f() {
        // ruleid: flow
        sink(Mode.RAW.apply(source()));
        // todook: flow
        sink(Mode.SAFE.apply(source()));
    }
}
