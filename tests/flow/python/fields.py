# Aliases and fields.

# === a copy of a variable keeps what it was
def f():
    a = source()
    b = a
    a = "x"
    # ok: flow
    sink(a)
    # ruleid: flow
    sink(b)

# === fields by name
def f(config):
    config.name = source()
    config.kind = "x"
    # ruleid: flow
    sink(config.name)
    # ok: flow
    sink(config.kind)

# === a field of another name for the same object
def f():
    a = Thing()
    b = a
    b.name = source()
    # ruleid: flow
    sink(a.name)
    b.name = "x"
    # ok: flow
    sink(a.name)

# === paths of fields
def f(a):
    a.b.c = source()
    # ruleid: flow
    sink(a.b.c)
    # ok: flow
    sink(a.b.d)
    # ok: flow
    sink(a.c)
    inner = a.b
    # ruleid: flow
    sink(inner.c)

# === an object as a whole holds its fields
def f(a):
    a.name = source()
    # ruleid: flow
    sink(str(a))

# === everything of a tainted object
def f():
    a = source()
    # ruleid: flow
    sink(a.name)
    a.name = "x"
    # ok: flow
    sink(a.name)

# === two objects of one class
def f():
    a = Thing()
    b = Thing()
    a.name = source()
    # ok: flow
    sink(b.name)

# === a field set in the constructor and read in a method
class Box:
    def __init__(self, value, label):
        self.value = value
        self.label = label

    def show(self):
        # ruleid: flow
        sink(self.value)
        # ok: flow
        sink(self.label)

def f():
    Box(source(), "x").show()

# === a field that a method sets and another reads
class Box:
    def fill(self):
        self.value = source()

    def show(self):
        return self.value

def f():
    box = Box()
    # ok: flow
    sink(box.show())
    box.fill()
    # ruleid: flow
    sink(box.show())

# === a helper that changes its argument
def fill(target):
    target.name = source()

def f(a, b):
    fill(a)
    # ruleid: flow
    sink(a.name)
    # ok: flow
    sink(b.name)

# === a property
class Box:
    def __init__(self, value):
        self._value = value

    @property
    def value(self):
        return self._value

def f():
    box = Box(source())
    # todoruleid: flow
    sink(box.value)
