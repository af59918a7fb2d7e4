// Containers, text and streams.

// === constant keys of a map
import java.util.*;

class A {
    void f(String key) {
        Map<String, Object> map = new HashMap<>();
        map.put("keyA", "x");
        map.put("keyB", source());
        map.put("keyC", "y");
        // ruleid: flow
        sink((String) map.get("keyB"));
        // ok: flow
        sink((String) map.get("keyA"));
        // ruleid: flow
        sink((String) map.get(key));
        map.put(key, source());
        // ruleid: flow
        sink((String) map.get("keyA"));
    }
}

// === indices of a list
import java.util.*;

class A {
    void f(int i) {
        List<String> list = new ArrayList<>();
        list.add("safe");
        list.add(source());
        list.add("moresafe");
        // ok: flow
        sink(list.get(0));
        // ruleid: flow
        sink(list.get(1));
        // ruleid: flow
        sink(list.get(i));
        list.remove(0);
        // ruleid: flow
        sink(list.get(0));
        // ok: flow
        sink(list.get(1));
    }
}

// === arrays
class A {
    void f(int i) {
        String[] a = {"x", source()};
        // ok: flow
        sink(a[0]);
        // ruleid: flow
        sink(a[1]);
        // ruleid: flow
        sink(a[i]);
        String[] b = new String[2];
        b[0] = source();
        // ok: flow
        sink(b[1]);
        b[i] = source();
        // ruleid: flow
        sink(b[1]);
        String[] c = a.clone();
        // ruleid: flow
        sink(c[1]);
    }
}

// === iteration
import java.util.*;

class A {
    void f() {
        List<String> list = new ArrayList<>();
        list.add(source());
        for (String value : list) {
            // ruleid: flow
            sink(value);
        }
        Iterator<String> it = list.iterator();
        while (it.hasNext()) {
            // ruleid: flow
            sink(it.next());
        }
        Map<String, String> map = new TreeMap<>();
        map.put("a", source());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            // ok: flow
            sink(entry.getKey());
            // ruleid: flow
            sink(entry.getValue());
        }
        for (String key : map.keySet()) {
            // ok: flow
            sink(key);
        }
    }
}

// === copies hold what the original held then
import java.util.*;

class A {
    void f() {
        List<String> a = new ArrayList<>();
        a.add(source());
        List<String> b = new ArrayList<>(a);
        List<String> c = new ArrayList<>();
        c.addAll(a);
        a.clear();
        // ok: flow
        sink(a.get(0));
        // ruleid: flow
        sink(b.get(0));
        // ruleid: flow
        sink(c.get(0));
        // ruleid: flow
        sink(List.copyOf(b).get(0));
    }
}

// === containers in containers
import java.util.*;

class A {
    void f() {
        Map<String, List<String>> map = new HashMap<>();
        List<String> list = new ArrayList<>();
        map.put("a", list);
        map.put("b", new ArrayList<>());
        list.add(source());
        // ruleid: flow
        sink(map.get("a").get(0));
        // ok: flow
        sink(map.get("b").get(0));
    }
}

// === text that is built
class A {
    void f() {
        String value = source();
        // ruleid: flow
        sink("select " + value);
        // ruleid: flow
        sink(String.format("select %s, %s", "x", value));
        // ruleid: flow
        sink(String.join(", ", "x", value));
        String text = "select ";
        text += value;
        // ruleid: flow
        sink(text);
        // ruleid: flow
        sink("a".concat(value).trim().substring(1).replace("'", ""));
    }
}

// === a builder of text
class A {
    void f() {
        StringBuilder builder = new StringBuilder();
        builder.append("select ").append(source()).append(" from t");
        // ruleid: flow
        sink(builder.toString());
        StringBuilder other = new StringBuilder("x");
        other.append("y");
        // ok: flow
        sink(other.toString());
        other.insert(0, source());
        // ruleid: flow
        sink(other.reverse().toString());
        builder = new StringBuilder();
        // ok: flow
        sink(builder.toString());
    }
}

// === streams
import java.util.*;
import java.util.stream.*;

class A {
    void f() {
        List<String> list = List.of("x", source());
        // ruleid: flow
        sink(list.stream().map(v -> v + "x").collect(Collectors.toList()).get(0));
        // ok: flow
        sink(list.stream().map(v -> "x").collect(Collectors.toList()).get(0));
        // ruleid: flow
        list.stream().filter(v -> !v.isEmpty()).forEach(v -> sink(v));
        // ruleid: flow
        sink(list.stream().collect(Collectors.joining(",")));
    }
}

// === an optional value
import java.util.*;

class A {
    void f() {
        Optional<String> value = Optional.ofNullable(source());
        // ruleid: flow
        sink(value.orElse("x"));
        // ruleid: flow
        sink(value.map(String::trim).get());
        // ok: flow
        sink(value.map(v -> "x").get());
        // ruleid: flow
        value.ifPresent(v -> sink(v));
    }
}

// === queues and sets
import java.util.*;

class A {
    void f() {
        Deque<String> queue = new ArrayDeque<>();
        queue.push(source());
        // ruleid: flow
        sink(queue.pop());
        Set<String> set = new HashSet<>();
        set.add(source());
        // ruleid: flow
        sink(set.iterator().next());
        // ruleid: flow
        sink(set.toArray(new String[0])[0]);
    }
}

// === numbers and truth values carry no text
class A {
    void f() {
        String value = source();
        int number = Integer.parseInt(value);
        // ok: flow
        sink("select " + number);
        // ok: flow
        sink(value.length());
        // ok: flow
        sink(value.isEmpty());
        // ok: flow
        sink(value.equals("x"));
    }
}

// === an expression is made of its text, and what it finds of the document
import javax.xml.xpath.XPath;
class A {
    void f(XPath xpath, Document document) {
        XPathExpression expression = xpath.compile("//a[@b='" + source() + "']");
        // ruleid: flow
        sink(expression);
        // ok: flow
        sink(expression.evaluate(document));
        // ruleid: flow
        sink(xpath.compile("//a").evaluate(source()));
    }
}
