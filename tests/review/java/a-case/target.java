class A { void f(int a) {
    // ruleid: a-case
    switch (a) { case 0: h(); break; case 1: g(); break; default: h(); }
    // ok: a-case
    switch (a) { case 2: g(); }
} }
