import java.util.List;

class Sample {
    private final List<String> names;

    Sample(List<String> names) {
        this.names = names;
    }

    long longNames(int limit) {
        return names.stream().filter(name -> name.length() > limit).map(String::trim).count();
    }

    String join(String separator) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            if (text.length() > 0) {
                text.append(separator);
            }
            text.append(name);
        }
        return text.toString();
    }
}
