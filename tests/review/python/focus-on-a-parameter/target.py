def f(
    a,
    # ruleid: focus-on-a-parameter
    b,
):
    # ok: focus-on-a-parameter
    sink(b)
