def f(a):
    if a:
        # ruleid: return-nothing
        return
    # ok: return-nothing
    return a
