# Containers, text and destructuring.

# === constant keys of a dict
def f():
    d = {"a": source(), "b": "x"}
    # ruleid: flow
    sink(d["a"])
    # ok: flow
    sink(d["b"])
    d["b"] = source()
    d["a"] = "x"
    # ok: flow
    sink(d["a"])
    # ruleid: flow
    sink(d.get("b"))

# === a key that is not known may be any
def f(key):
    d = {}
    d[key] = source()
    # ruleid: flow
    sink(d["a"])
    e = {"a": source(), "b": "x"}
    # ruleid: flow
    sink(e[key])

# === a key that is a constant variable
KEY = "a"

def f():
    name = "b"
    d = {}
    d[KEY] = source()
    d[name] = "x"
    # ruleid: flow
    sink(d["a"])
    # ok: flow
    sink(d["b"])

# === append and indices
def f():
    a = []
    a.append("x")
    a.append(source())
    # ok: flow
    sink(a[0])
    # ruleid: flow
    sink(a[1])
    # ruleid: flow
    sink(a[-1])

# === remove moves what follows
def f():
    a = ["x", source(), "y"]
    a.pop(0)
    # ruleid: flow
    sink(a[0])
    # ok: flow
    sink(a[1])

# === insert moves what follows
def f():
    a = ["x", source()]
    a.insert(0, "y")
    # ok: flow
    sink(a[1])
    # ruleid: flow
    sink(a[2])

# === iteration over elements, keys and items
def f():
    d = {"a": source()}
    for value in d.values():
        # ruleid: flow
        sink(value)
    for key, value in d.items():
        # ok: flow
        sink(key)
        # ruleid: flow
        sink(value)
    for number, value in enumerate([source()]):
        # ok: flow
        sink(number)
        # ruleid: flow
        sink(value)

# === comprehensions
def f(rows):
    # ruleid: flow
    sink([value.strip() for value in [source()]])
    # ok: flow
    sink([1 for value in [source()]])
    d = {row: source() for row in rows}
    # ruleid: flow
    sink(d["a"])
    # ruleid: flow
    sink(next(value for value in [source()] if value))

# === copies hold what the original held then
def f():
    a = [source()]
    b = list(a)
    c = a[:]
    d = [*a, "x"]
    e = a + ["x"]
    a.clear()
    # ok: flow
    sink(a[0])
    # ruleid: flow
    sink(b[0])
    # ruleid: flow
    sink(c[0])
    # ruleid: flow
    sink(d[0])
    # ruleid: flow
    sink(e[0])

# === merged dicts
def f():
    a = {"a": source()}
    b = {"b": "x", **a}
    # ruleid: flow
    sink(b["a"])
    # ok: flow
    sink(b["b"])
    c = {"c": "x"}
    c.update(a)
    # ruleid: flow
    sink(c["a"])

# === containers in containers
def f():
    a = {"user": {"name": source(), "kind": "x"}, "rows": [["x", source()]]}
    # ruleid: flow
    sink(a["user"]["name"])
    # ok: flow
    sink(a["user"]["kind"])
    # ok: flow
    sink(a["rows"][0][0])
    # ruleid: flow
    sink(a["rows"][0][1])

# === destructuring
def f():
    a, b = source(), "x"
    # ruleid: flow
    sink(a)
    # ok: flow
    sink(b)
    a, b = b, a
    # ok: flow
    sink(a)
    # ruleid: flow
    sink(b)
    (c, d), *rest = ("x", source()), "y", source()
    # ok: flow
    sink(c)
    # ruleid: flow
    sink(d)
    # ruleid: flow
    sink(rest)

# === text that is built
def f():
    value = source()
    # ruleid: flow
    sink("select " + value)
    # ruleid: flow
    sink(f"select {value!r:>10}")
    # ruleid: flow
    sink("select %s" % value)
    # ruleid: flow
    sink("select %s, %s" % ("x", value))
    # ruleid: flow
    sink("select {}".format(value))
    # ruleid: flow
    sink(", ".join(["x", value]))
    text = "select "
    text += value
    # ruleid: flow
    sink(text)

# === text that is cut and changed
def f():
    value = source()
    # ruleid: flow
    sink(value.strip().lower()[1:].split(",")[0])
    # ruleid: flow
    sink(value.replace("'", ""))
    # ruleid: flow
    sink(value.encode().decode())

# === what says little about a value
def f():
    value = source()
    # ok: flow
    sink(len(value))
    # ok: flow
    sink(value == "x")
    # ok: flow
    sink(int(value))
    # ok: flow
    sink(value.startswith("a"))
    # ok: flow
    sink(type(value))

# === sets, queues and named tuples
from collections import deque, namedtuple

Point = namedtuple("Point", "x y")

def f():
    s = set()
    s.add(source())
    # ruleid: flow
    sink(s.pop())
    q = deque()
    q.appendleft(source())
    # ruleid: flow
    sink(q.popleft())
    p = Point(source(), "x")
    # ruleid: flow
    sink(p.x)

# === default of a lookup
def f(key):
    d = {"a": "x"}
    # ok: flow
    sink(d.get("a"))
    # ruleid: flow
    sink(d.get(key, source()))
    d.setdefault("b", source())
    # ruleid: flow
    sink(d["b"])

# === what getopt finds: names of options that the program lists, and their values
import getopt

def f():
    options, rest = getopt.getopt([source()], "ab:")
    for name, value in options:
        # ok: flow
        sink(name)
        # ruleid: flow
        sink(value)
    # ruleid: flow
    sink(rest[0])
