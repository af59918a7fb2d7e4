class C {
    void conditions(String given, int n) {
        int known = 86;
        String x;
        if ((7 * 42) - known > 200) x = "a"; else x = given;
        // ruleid: constants-of-branches
        f(x);
        x = (7 * 42) - known < 200 ? "a" : given;
        f(x);
        x = 7 * 18 + known > 200 ? "a" : given;
        // ruleid: constants-of-branches
        f(x);
        if (n > 200) x = "a"; else x = given;
        f(x);
        if (n > 200) x = "a"; else x = "a";
        // ruleid: constants-of-branches
        f(x);
        if (n > 1 && (x = "a").isEmpty()) g();
        // ruleid: constants-of-branches
        f(x);
        if ((x = "b").isEmpty()) g();
        f(x);
    }

    void selections(String given, int n) {
        String guess = "ABC";
        char target = guess.charAt(1);
        String x;
        switch (target) {
            case 'A': x = given; break;
            case 'B': x = "a"; break;
            case 'C':
            case 'D': x = given; break;
            default: x = given; break;
        }
        // ruleid: constants-of-branches
        f(x);
        switch (guess.charAt(2)) {
            case 'A': x = given; break;
            case 'B': x = "a"; break;
            case 'C':
            case 'D': x = given; break;
            default: x = "a"; break;
        }
        f(x);
        switch (guess.length()) {
            case 3: x = given;
            case 4: x = "a";
        }
        // ruleid: constants-of-branches
        f(x);
        switch (n) {
            case 1: x = "a"; break;
            default: x = "a";
        }
        // ruleid: constants-of-branches
        f(x);
        switch (n) {
            case 1 -> x = given;
            case 2 -> throw new RuntimeException();
        }
        f(x);
    }

    void loops(String given, int n) {
        String x = "a";
        while (n > 0) {
            // ruleid: constants-of-branches
            f(x);
            if (n == 3) {
                x = "a";
                break;
            }
            n--;
        }
        // ruleid: constants-of-branches
        f(x);
        while (n > 0) {
            f(x);
            if (n == 3) {
                x = given;
                break;
            }
            n--;
        }
        f(x);
    }
}
