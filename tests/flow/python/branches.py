# Branches, loops and what ends a path.

# === a value from one of two branches
def f(flag):
    if flag:
        value = source()
    else:
        value = "x"
    # ruleid: flow
    sink(value)

# === both branches replace the value
def f(flag):
    value = source()
    if flag:
        value = "a"
    else:
        value = "b"
    # ok: flow
    sink(value)

# === one branch replaces the value
def f(flag):
    value = source()
    if flag:
        value = "a"
    # ruleid: flow
    sink(value)

# === a sink in each branch
def f(flag):
    value = source()
    if flag:
        value = "a"
        # ok: flow
        sink(value)
    else:
        # ruleid: flow
        sink(value)

# === a condition that is a constant has one outcome
def f():
    value = source()
    limit = 10
    if limit * 7 > 60:
        value = "a"
    # ok: flow
    sink(value)

# === code that is dead by a constant
DEBUG = False

def f():
    if DEBUG:
        # ok: flow
        sink(source())

# === a variable is no constant once it was changed
def f(rows):
    limit = 10
    value = source()
    for row in rows:
        limit -= 1
    if limit > 5:
        value = "a"
    # ruleid: flow
    sink(value)

# === code behind return, raise and an endless loop
def f(flag):
    value = source()
    if flag:
        return value
        # ok: flow
        sink(value)
    while True:
        pass
    # ok: flow
    sink(value)

# === an early return leaves the other path
def f(flag):
    value = "a"
    if flag:
        value = source()
        return
    # ok: flow
    sink(value)

# === a value of an earlier turn of a loop
def f(rows):
    value = "a"
    for row in rows:
        # ruleid: flow
        sink(value)
        value = source()

# === a loop may run zero times
def f(rows):
    value = source()
    for row in rows:
        value = "a"
    # ruleid: flow
    sink(value)

# === a value handed along several turns
def f(rows):
    a = b = c = "x"
    while rows:
        # ruleid: flow
        sink(a)
        a, b, c = b, c, source()

# === break keeps the value, continue begins anew
def f(rows):
    value = "x"
    for row in rows:
        value = "x"
        if row:
            continue
        # ok: flow
        sink(value)
        value = source()
        if len(row) > 3:
            break
    # ruleid: flow
    sink(value)

# === else of a loop
def f(rows):
    for row in rows:
        value = source()
        if row:
            break
    else:
        value = "x"
        # ok: flow
        sink(value)
    # ruleid: flow
    sink(value)

# === match by constants
def f():
    kind = "b"
    value = source()
    match kind:
        case "a":
            pass
        case _:
            value = "x"
    # ok: flow
    sink(value)

# === match binds parts
def f():
    match source():
        case {"name": name}:
            # ruleid: flow
            sink(name)
        case [first, *rest]:
            # ruleid: flow
            sink(rest)
        case "x" as text:
            # ruleid: flow
            sink(text)

# === a conditional expression
def f(flag):
    # ruleid: flow
    sink(source() if flag else "x")
    # ok: flow
    sink(source() if 1 > 2 else "x")
    # ok: flow
    sink("a" if source() else "b")

# === and / or yield an operand
def f():
    # ruleid: flow
    sink(source() or "x")
    # ruleid: flow
    sink(True and source())
    # ok: flow
    sink(False and source())
    # ok: flow
    sink("x" or source())

# === a value named within a condition
def f():
    if (value := source()) and len(value) > 3:
        # ruleid: flow
        sink(value)
