class Conditions {
    boolean both(boolean a, boolean b) {
        if (a && !b) {
            return true;
        } else if (a || b) {
            return false;
        }
        boolean c = a && b;
        assert c : "message";
        return c ? a : b;
    }

    int kind(Object o) {
        if (o instanceof String s && s.isEmpty()) {
            return s.length();
        }
        return 0;
    }
}
