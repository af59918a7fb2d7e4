class C {
    private static final String FIXED = "a";
    private String initial = "a";
    private String constructed;
    private String renewed = "a";
    private String given;
    private String conditional;
    String open = "a";
    @Value("${name}") private String injected = "a";

    C(String given) {
        this.constructed = "a";
        this.given = given;
        if (given == null) {
            conditional = "a";
        }
    }

    void renew(C other, String given) {
        other.renewed = given;
    }

    void g() {
        // ruleid: constants-of-fields-set-once
        f(FIXED);
        // ruleid: constants-of-fields-set-once
        f(C.FIXED);
        // ruleid: constants-of-fields-set-once
        f(initial);
        // ruleid: constants-of-fields-set-once
        f(this.initial);
        // ruleid: constants-of-fields-set-once
        f(constructed);
        // ruleid: constants-of-fields-set-once
        f(this.constructed);
        f(renewed);
        f(this.renewed);
        f(given);
        f(conditional);
        f(open);
        f(injected);
        f(this.open);
    }
}

class D {
    void g(C c) {
        // ruleid: constants-of-fields-set-once
        f(C.FIXED);
        f(c.initial);
    }
}
