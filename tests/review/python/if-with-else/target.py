def f(a):
    # ruleid: if-with-else
    if a:
        return True
    else:
        return False


def g(a):
    # ok: if-with-else
    if a:
        return True
    return False
