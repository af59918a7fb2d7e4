// States of what is opened.

// === opened and closed
class A {
    void f() {
        // ok: state
        Thing thing = acquire();
        thing.close();
    }

    void g() {
        // ruleid: state
        Thing thing = acquire();
        look(thing);
    }
}

// === used after it was closed
class A {
    void f() {
        Thing thing = acquire();
        thing.use();
        thing.close();
        // ruleid: state
        thing.use();
    }
}

// === closed on one of two paths
class A {
    void f(boolean flag) {
        // ruleid: state
        Thing thing = acquire();
        if (flag) {
            thing.close();
        }
    }

    void g(boolean flag) {
        Thing thing = acquire();
        if (flag) {
            thing.close();
        }
        // ruleid: state
        thing.use();
        thing.close();
    }
}

// === left early
class A {
    void f(boolean flag) {
        // ruleid: state
        Thing thing = acquire();
        if (flag) {
            return;
        }
        thing.close();
    }
}

// === an exception leaves it open
class A {
    void f() {
        // ruleid: state
        Thing thing = acquire();
        risky();
        thing.close();
    }
}

// === closed in finally
class A {
    void f() {
        // ok: state
        Thing thing = acquire();
        try {
            risky();
        } finally {
            thing.close();
        }
    }
}

// === closed in finally unless it is null
class A {
    void f() {
        Thing thing = null;
        try {
            // ok: state
            thing = acquire();
            risky();
        } finally {
            if (thing != null) {
                thing.close();
            }
        }
    }
}

// === closed by the statement that opens it
class A {
    void f() {
        // ok: state
        try (Thing thing = acquire()) {
            risky();
        }
    }
}

// === opened and closed in each turn of a loop
class A {
    void f(String[] rows) {
        for (String row : rows) {
            // ok: state
            Thing thing = acquire();
            thing.close();
        }
        for (String row : rows) {
            // ruleid: state
            Thing thing = acquire();
            if (row == null) {
                continue;
            }
            thing.close();
        }
    }
}

// === closed in a loop and used in the next turn
class A {
    void f(int[] rows) {
        Thing thing = acquire();
        for (int row : rows) {
            // ruleid: state
            thing.use();
            thing.close();
        }
        thing.close();
    }
}

// === another name for the same thing
class A {
    void f() {
        // ok: state
        Thing thing = acquire();
        Thing other = thing;
        other.close();
        // ruleid: state
        thing.use();
    }
}

// === opened anew
class A {
    void f() {
        Thing thing = acquire();
        thing.close();
        thing = acquire();
        // ok: state
        thing.use();
        thing.close();
    }
}

// === what is returned, stored or passed on is the duty of others
class A {
    Thing kept;

    Thing f() {
        // ok: state
        return acquire();
    }

    void g() {
        // ok: state
        Thing thing = acquire();
        this.kept = thing;
    }

    void h(java.util.List<Thing> things) {
        // ok: state
        Thing thing = acquire();
        things.add(thing);
    }
}

// === captured by a lambda
class A {
    Runnable f() {
        // ok: state
        Thing thing = acquire();
        return () -> thing.close();
    }
}

// === closed in the outcome of a condition
class A {
    void f() {
        // ruleid: state
        Thing thing = acquire();
        if (thing.tryClose()) {
            return;
        }
    }

    void g() {
        // ok: state
        Thing thing = acquire();
        while (!thing.tryClose()) {
        }
    }
}

// === a dead branch does not close it
class A {
    void f() {
        // ruleid: state
        Thing thing = acquire();
        if (1 > 2) {
            thing.close();
        }
    }
}
