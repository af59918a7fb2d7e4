// Branches, loops and what ends a path.

// === a value from one of two branches
class A {
    void f(boolean flag) {
        String value;
        if (flag) {
            value = source();
        } else {
            value = "x";
        }
        // ruleid: flow
        sink(value);
    }
}

// === both branches replace the value
class A {
    void f(boolean flag) {
        String value = source();
        if (flag) {
            value = "a";
        } else {
            value = "b";
        }
        // ok: flow
        sink(value);
        value = source();
        // ruleid: flow
        sink(value);
    }
}

// === a sink in each branch
class A {
    void f(boolean flag) {
        String value = source();
        if (flag) {
            value = "a";
            // ok: flow
            sink(value);
        } else {
            // ruleid: flow
            sink(value);
        }
    }
}

// === conditions that are constants
class A {
    static final boolean DEBUG = false;

    void f() {
        String value = source();
        int limit = 86;
        if ((7 * 42) - limit > 200) {
            value = "a";
        }
        // ok: flow
        sink(value);
        if (DEBUG) {
            // ok: flow
            sink(source());
        }
        // ruleid: flow
        sink(DEBUG ? "x" : source());
    }
}

// === a variable is no constant once it was changed
class A {
    void f(int rows) {
        int limit = 10;
        String value = source();
        for (int i = 0; i < rows; i++) {
            limit--;
        }
        if (limit > 5) {
            value = "a";
        }
        // ruleid: flow
        sink(value);
    }
}

// === an early return leaves the other path
class A {
    void f(boolean flag) {
        String value = "a";
        if (flag) {
            value = source();
            return;
        }
        // ok: flow
        sink(value);
        value = source();
        if (!flag) {
            throw new IllegalStateException();
        }
        // ruleid: flow
        sink(value);
    }
}

// === a value of an earlier turn of a loop
class A {
    void f(String[] rows) {
        String value = "a";
        for (String row : rows) {
            // ruleid: flow
            sink(value);
            value = source();
        }
    }
}

// === loops that run at least once, or not at all
class A {
    void f(boolean flag) {
        String value = source();
        while (flag) {
            value = "a";
        }
        // ruleid: flow
        sink(value);
        do {
            value = "a";
        } while (flag);
        // ok: flow
        sink(value);
    }
}

// === break and continue with labels
class A {
    void f(String[] rows) {
        String value = "x";
        outer:
        for (String row : rows) {
            value = "x";
            for (String cell : rows) {
                if (cell.isEmpty()) {
                    continue outer;
                }
                // ok: flow
                sink(value);
                value = source();
                break outer;
            }
        }
        // ruleid: flow
        sink(value);
    }
}

// === a switch over a constant
class A {
    void f() {
        String guess = "ABC";
        char target = guess.charAt(1);
        String value;
        switch (target) {
            case 'A':
                value = source();
                break;
            case 'B':
                value = "bob";
                break;
            case 'C':
            case 'D':
                value = source();
                break;
            default:
                value = "x";
                break;
        }
        // ok: flow
        sink(value);
    }
}

// === a switch that falls through
class A {
    void f(int kind) {
        String value = "x";
        switch (kind) {
            case 1:
                value = source();
            case 2:
                // ruleid: flow
                sink(value);
                break;
            default:
                // ok: flow
                sink(value);
        }
    }
}

// === a switch that yields a value
class A {
    void f(int kind, Object shape) {
        String value = switch (kind) {
            case 1 -> source();
            default -> "x";
        };
        // ruleid: flow
        sink(value);
        String other = switch (2) {
            case 1 -> source();
            default -> {
                yield "x";
            }
        };
        // ok: flow
        sink(other);
    }
}

// === patterns of types
class A {
    record Point(String x, String y) {}

    void f(boolean flag) {
        Object value = source();
        if (value instanceof String text && flag) {
            // ruleid: flow
            sink(text);
        }
        Object point = new Point("x", source());
        if (point instanceof Point(String x, String y)) {
            // todook: flow
            sink(x);
            // ruleid: flow
            sink(y);
        }
    }
}

// === a conditional expression
class A {
    void f(boolean flag) {
        // ruleid: flow
        sink(flag ? source() : "x");
        // ok: flow
        sink(1 > 2 ? source() : "x");
    }
}
