class Loops {
    void run(int[] xs) {
        outer:
        for (int i = 0; i < xs.length; i++) {
            for (int x : xs) {
                if (x == 1) continue outer;
                if (x == 2) break outer;
            }
        }
        do {
            step();
        } while (more());
    }
}
