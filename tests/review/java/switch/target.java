class A { void f(int a) {
    // ruleid: switch
    switch (a) { case 1: g(); break; default: h(); }
    // ok: switch
    if (a == 1) { }
} }
