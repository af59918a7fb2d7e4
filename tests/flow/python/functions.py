# Calls, closures, generators and exceptions.

# === a helper that passes its argument on
def same(value):
    return value

def f():
    # ruleid: flow
    sink(same(source()))
    # ok: flow
    sink(same("x"))

# === a helper that returns a constant
def fixed(value):
    return "x"

def f():
    # ok: flow
    sink(fixed(source()))

# === a helper that cleans on one of two paths
def half(value, flag):
    if flag:
        return clean(value)
    return value

def whole(value, flag):
    if flag:
        return clean(value)
    return "x"

def f(flag):
    # ruleid: flow
    sink(half(source(), flag))
    # ok: flow
    sink(whole(source(), flag))

# === a sink in a helper
def show(value):
    # ruleid: flow
    sink(value)

def f():
    show(source())

# === a sink in a helper that gets nothing tainted
def show(value):
    # ok: flow
    sink(value)

def f():
    show("x")
    other(source())

# === a source in a helper, several calls deep
def inner():
    return source()

def middle():
    return inner()

def f():
    # ruleid: flow
    sink(middle())

# === each call has arguments of its own
def pair(a, b):
    return a

def f():
    # ruleid: flow
    sink(pair(source(), "x"))
    # ok: flow
    sink(pair("x", source()))

# === recursion
def repeat(value, times):
    if times == 0:
        return value
    return repeat(value + "x", times - 1)

def f():
    # ruleid: flow
    sink(repeat(source(), 3))

# === mutual recursion
def even(value, times):
    return value if times == 0 else odd(value, times - 1)

def odd(value, times):
    return "x" if times == 0 else even(value, times - 1)

def f():
    # ruleid: flow
    sink(even(source(), 3))

# === defaults, names and rests of arguments
def pick(a, b="x", *rest, c="y", **named):
    return b

def last(*rest, **named):
    return rest[1], named["k"]

def f(values):
    # ruleid: flow
    sink(pick(1, source()))
    # ruleid: flow
    sink(pick(1, b=source()))
    # ok: flow
    sink(pick(source(), c=source(), d=source()))
    # ruleid: flow
    sink(last("x", source(), k="y")[0])
    # ok: flow
    sink(last(source(), "x", k=source())[0])
    # ruleid: flow
    sink(last("x", "x", k=source())[1])

# === spread arguments
def pick(a, b):
    return b

def f():
    args = ["x", source()]
    # ruleid: flow
    sink(pick(*args))
    named = {"a": "x", "b": source()}
    # ruleid: flow
    sink(pick(**named))

# === a default that is tainted
def f(value=source()):
    # ruleid: flow
    sink(value)

# === several results
def two():
    return "x", source()

def f():
    a, b = two()
    # ok: flow
    sink(a)
    # ruleid: flow
    sink(b)

# === captured variables
def f():
    value = source()

    def inner():
        # ruleid: flow
        sink(value)

    inner()

# === a closure that sets a variable around it
def f():
    value = "x"

    def inner():
        nonlocal value
        value = source()

    inner()
    # ruleid: flow
    sink(value)

# === a function that returns a function
def adder(prefix):
    def add(value):
        return prefix + value
    return add

def f():
    add = adder(source())
    # ruleid: flow
    sink(add("x"))
    # ruleid: flow
    sink(adder("x")(source()))
    # todook: flow
    sink(adder("x")("y"))

# === callbacks
def apply(action, value):
    return action(value)

def f():
    # ruleid: flow
    sink(apply(lambda value: value, source()))
    # todook: flow
    sink(apply(lambda value: "x", source()))
    # ruleid: flow
    apply(lambda value: sink(value), source())
    # ruleid: flow
    sink(list(map(lambda value: value + "x", [source()])))
    # ok: flow
    sink(list(map(lambda value: "x", [source()])))

# === a function in a variable and in a dict
def same(value):
    return value

def fixed(value):
    return "x"

def f():
    action = same
    # ruleid: flow
    sink(action(source()))
    actions = {"a": fixed, "b": same}
    # ok: flow
    sink(actions["a"](source()))
    # ruleid: flow
    sink(actions["b"](source()))

# === decorated functions
import functools

def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper

@logged
def same(value):
    return value

def f():
    # ruleid: flow
    sink(same(source()))

# === generators
def values():
    yield "x"
    yield source()

def all_values():
    yield from values()

def f():
    for value in all_values():
        # ruleid: flow
        sink(value)

# === async and await
async def load():
    return source()

async def f():
    # ruleid: flow
    sink(await load())
    async for value in stream(source()):
        # ruleid: flow
        sink(value)

# === flow into except and finally
def f():
    value = "x"
    try:
        value = source()
        risky()
    except OSError:
        # ruleid: flow
        sink(value)
    finally:
        # ruleid: flow
        sink(value)

# === a handler that replaces the value and one that leaves
def f():
    try:
        value = source()
        value = int(value)
    except ValueError:
        value = "x"
    # ok: flow
    sink(value)
    value = source()
    try:
        value = clean(value)
    except ValueError:
        return
    # ok: flow
    sink(value)

# === a tainted value that is raised
def check(value):
    raise ValueError(value)

def f():
    try:
        check(source())
    except ValueError as error:
        # todoruleid: flow
        sink(str(error))
    try:
        raise ValueError(source())
    except ValueError as error:
        # ruleid: flow
        sink(error.args[0])

# === finally runs on the way out
def f(flag):
    value = "x"
    try:
        if flag:
            value = source()
            return
        value = "y"
    finally:
        # ruleid: flow
        sink(value)
    # ok: flow
    sink(value)

# === with
def f():
    with source() as value:
        # ruleid: flow
        sink(value)
    with lock:
        value = "x"
    # ok: flow
    sink(value)

# === global and module variables
STATE = "x"
OTHER = "x"

def fill():
    global STATE
    STATE = source()

def f():
    # ruleid: flow
    sink(STATE)
    # ok: flow
    sink(OTHER)
