import java.io.File;
import static java.lang.Math.max;

class Shop extends Base {
    static int count = 1;
    final String name;

    static {
        register("shop");
    }

    Shop(String name, int... prices) {
        super(name);
        this.name = name;
        count++;
    }

    Shop() {
        this("none");
    }

    String label(File file) {
        Runnable later = () -> run(name);
        Function<String, Integer> length = String::length;
        Function<File, String> self = this::label;
        Object other = new File(name) {
            @Override
            public String toString() {
                return name;
            }
        };
        return String.valueOf(max(count, super.size()));
    }

    enum Size {
        SMALL(1), LARGE(2);

        Size(int width) {}
    }

    record Point(int x, int y) {
        int sum() {
            return x + y;
        }
    }
}
