def f():
    # ruleid: raise
    raise Exception("a")


def g():
    # ok: raise
    raise ValueError("a")


def h(e):
    # ruleid: raise
    raise Exception("a") from e
