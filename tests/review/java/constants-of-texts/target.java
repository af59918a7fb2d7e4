class C {
    void g(String given) {
        // ruleid: constants-of-texts
        f("A".toLowerCase());
        // ruleid: constants-of-texts
        f("b" .equals("b") ? "a" : given);
        // ruleid: constants-of-texts
        f("bac".substring(1, 2));
        // ruleid: constants-of-texts
        f(String.valueOf('a'));
        f("bac".substring(1));
        f(given.toLowerCase());
        f("a".concat(given));
        f("a\n");
    }
}
