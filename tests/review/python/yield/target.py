def f():
    # ruleid: yield
    yield 1
    # ok: yield
    return 1
