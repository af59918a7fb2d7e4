def both(a, b):
    if a and not b(a):
        return a + "x"
    elif a or b:
        return "y"
    return None


def values(a, b):
    c = a or b and not a
    d = a if c else b
    assert d, "message"
    return 0 < a < b
