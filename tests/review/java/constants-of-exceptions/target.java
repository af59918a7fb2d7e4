class C {
    void g(String given) {
        String x = "b";
        try {
            x = read(given);
        } catch (Exception e) {
            x = "a";
        }
        f(x);
        try {
            x = "a";
            read(given);
        } catch (Exception e) {
            log(e);
        }
        f(x);
        try {
            read(given);
        } catch (Exception e) {
            x = given;
            throw e;
        } finally {
            x = "a";
        }
        // ruleid: constants-of-exceptions
        f(x);
        try {
            x = "a";
        } catch (Exception e) {
            x = given;
        }
        // ruleid: constants-of-exceptions
        f(x);
        try {
            read(given);
        } catch (Exception e) {
            x = given;
            return;
        }
        // ruleid: constants-of-exceptions
        f(x);
        try {
            x = given;
            read(x);
            x = "a";
        } finally {
            f(x);
        }
        // ruleid: constants-of-exceptions
        f(x);
    }
}
