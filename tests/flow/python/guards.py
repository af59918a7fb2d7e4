# Conditions and calls that make values clean.

# === an early return
def f():
    value = source()
    if not is_safe(value):
        # ruleid: flow
        sink(value)
        return
    # ok: flow
    sink(value)

# === membership in a list of values
ALLOWED = {"a", "b"}

def f():
    value = source()
    if value in ALLOWED:
        # ok: flow
        sink(value)
    # ruleid: flow
    sink(value)
    if value not in ALLOWED:
        raise ValueError("unknown")
    # ok: flow
    sink(value)

# === a full match of a pattern
import re

def f():
    value = source()
    if re.fullmatch("[a-z]+", value):
        # ok: flow
        sink(value)
    else:
        # ruleid: flow
        sink(value)
    if re.fullmatch("[a-z]+", value) is None:
        return
    # ok: flow
    sink(value)

# === equality with a constant
def f():
    value = source()
    if value == "a" or value == "b":
        # ok: flow
        sink(value)
    if value != "a":
        return
    # ok: flow
    sink(value)

# === conditions that are combined
def f(flag):
    value = source()
    if flag and is_safe(value):
        # ok: flow
        sink(value)
    else:
        # ruleid: flow
        sink(value)
    if flag or is_safe(value):
        # ruleid: flow
        sink(value)
    if is_harmful(value) or flag:
        return
    # ok: flow
    sink(value)

# === a condition in a variable
def f():
    value = source()
    ok = is_safe(value)
    if ok:
        # ok: flow
        sink(value)
    bad = not is_safe(value)
    if bad:
        return
    # ok: flow
    sink(value)

# === a condition in a helper
def check(value):
    return is_safe(value)

def require(value):
    if not is_safe(value):
        raise ValueError("harmful")

def f():
    value = source()
    if check(value):
        # todook: flow
        sink(value)
    require(value)
    # todook: flow
    sink(value)

# === an assertion
def f():
    value = source()
    assert is_safe(value)
    # ok: flow
    sink(value)

# === a loop that passes over what is harmful
def f(rows):
    for row in rows:
        value = source()
        if not is_safe(value):
            continue
        # ok: flow
        sink(value)

# === a loop until the value is safe
def f():
    value = source()
    while not is_safe(value):
        # ruleid: flow
        sink(value)
        value = source()
    # ok: flow
    sink(value)

# === a guard of another value, or of the value before
def f(other):
    value = source()
    if is_safe(other):
        # ruleid: flow
        sink(value)
    if is_safe(value):
        value = source()
        # ruleid: flow
        sink(value)

# === what is made of a value that was tested
def f():
    value = source()
    before = value.strip()
    if is_safe(value):
        # ok: flow
        sink("a" + value)
        # ruleid: flow
        sink(before)

# === a guarded conditional expression and comprehension
def f():
    value = source()
    # ok: flow
    sink(value if is_safe(value) else "x")
    # ruleid: flow
    sink("x" if is_safe(value) else value)
    # ok: flow
    sink([one for one in value.split(",") if is_safe(one)])

# === a field and an element that were tested
def f(config):
    config.name = source()
    if is_safe(config.name):
        # ok: flow
        sink(config.name)
    # ruleid: flow
    sink(config.name)
    d = {"a": source()}
    if is_safe(d["a"]):
        # ok: flow
        sink(d["a"])

# === a call that cleans its result, and one that cleans its argument
def f():
    value = source()
    cleaned = clean(value)
    # ok: flow
    sink(cleaned)
    # ok: flow
    sink("a" + clean(value) + "b")
    # ruleid: flow
    sink(value)
    clean_in_place(value)
    # ok: flow
    sink(value)

# === cleaned on one path only
def f(flag):
    value = source()
    if flag:
        value = clean(value)
    # ruleid: flow
    sink(value)

# === a container that is cleaned
def f():
    rows = [source()]
    rows = [clean(row) for row in rows]
    # ok: flow
    sink(rows[0])
    other = {"a": source()}
    clean_in_place(other)
    # ok: flow
    sink(other["a"])
