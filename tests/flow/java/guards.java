// Conditions and calls that make values clean.

// === an early return
class A {
    void f() {
        String value = source();
        if (!isSafe(value)) {
            // ruleid: flow
            sink(value);
            return;
        }
        // ok: flow
        sink(value);
    }
}

// === membership in a list of values
import java.util.*;

class A {
    static final Set<String> ALLOWED = Set.of("a", "b");

    void f() {
        String value = source();
        if (ALLOWED.contains(value)) {
            // ok: flow
            sink(value);
        }
        // ruleid: flow
        sink(value);
        if (!ALLOWED.contains(value)) {
            throw new IllegalArgumentException();
        }
        // ok: flow
        sink(value);
    }
}

// === a full match of a pattern
class A {
    void f() {
        String value = source();
        if (value.matches("[a-z]+")) {
            // ok: flow
            sink(value);
        } else {
            // ruleid: flow
            sink(value);
        }
    }
}

// === equality with a constant
class A {
    void f() {
        String value = source();
        if ("a".equals(value) || "b".equals(value)) {
            // ok: flow
            sink(value);
        }
        if (value.equals("a")) {
            // ok: flow
            sink(value);
        }
    }
}

// === conditions that are combined
class A {
    void f(boolean flag) {
        String value = source();
        if (flag && isSafe(value)) {
            // ok: flow
            sink(value);
        } else {
            // ruleid: flow
            sink(value);
        }
        if (flag || isSafe(value)) {
            // ruleid: flow
            sink(value);
        }
        if (isHarmful(value) || flag) {
            return;
        }
        // ok: flow
        sink(value);
    }
}

// === a condition in a variable
class A {
    void f() {
        String value = source();
        boolean ok = isSafe(value);
        if (ok) {
            // ok: flow
            sink(value);
        }
        boolean bad = !isSafe(value);
        if (bad) {
            return;
        }
        // ok: flow
        sink(value);
    }
}

// === a condition in a helper
class A {
    boolean check(String value) {
        return isSafe(value);
    }

    void require(String value) {
        if (!isSafe(value)) {
            throw new IllegalArgumentException();
        }
    }

    void f() {
        String value = source();
        if (check(value)) {
            // todook: flow
            sink(value);
        }
        require(value);
        // todook: flow
        sink(value);
    }
}

// === a loop that passes over what is harmful
class A {
    void f(String[] rows) {
        for (String row : rows) {
            String value = source();
            if (!isSafe(value)) {
                continue;
            }
            // ok: flow
            sink(value);
        }
    }
}

// === a guard of another value, or of the value before
class A {
    void f(String other) {
        String value = source();
        if (isSafe(other)) {
            // ruleid: flow
            sink(value);
        }
        if (isSafe(value)) {
            value = source();
            // ruleid: flow
            sink(value);
        }
    }
}

// === what is made of a value that was tested
class A {
    void f() {
        String value = source();
        String before = value.trim();
        if (isSafe(value)) {
            // ok: flow
            sink("a" + value);
            // ruleid: flow
            sink(before);
        }
    }
}

// === a guarded conditional expression
class A {
    void f() {
        String value = source();
        // ok: flow
        sink(isSafe(value) ? value : "x");
        // ruleid: flow
        sink(isSafe(value) ? "x" : value);
    }
}

// === a field that was tested
class A {
    void f(Config config) {
        config.name = source();
        if (isSafe(config.name)) {
            // ok: flow
            sink(config.name);
        }
        // ruleid: flow
        sink(config.name);
    }
}

// === a call that cleans its result, and one that cleans its argument
class A {
    void f() {
        String value = source();
        String cleaned = clean(value);
        // ok: flow
        sink(cleaned);
        // ok: flow
        sink("a" + clean(value) + "b");
        // ruleid: flow
        sink(value);
        cleanInPlace(value);
        // ok: flow
        sink(value);
    }
}

// === cleaned on one path only
class A {
    void f(boolean flag) {
        String value = source();
        if (flag) {
            value = clean(value);
        }
        // ruleid: flow
        sink(value);
    }
}
