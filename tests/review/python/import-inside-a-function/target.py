def f(s):
    from yaml import load
    # ruleid: import-inside-a-function
    return load(s)


def g(s):
    # ok: import-inside-a-function
    return load(s)
