class Switches {
    int old(int x) {
        switch (x) {
            case 1:
            case 2:
                one();
                break;
            case 3:
                three();
            default:
                other();
        }
        return x;
    }

    int arrows(Object o) {
        return switch (o) {
            case String s when s.isEmpty() -> s.length();
            case Integer i -> {
                log(i);
                yield i + 1;
            }
            case null, default -> 0;
        };
    }
}
