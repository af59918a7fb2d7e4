def f(a):
    if a:
        # ok: return-anything
        return
    # ruleid: return-anything
    return a
