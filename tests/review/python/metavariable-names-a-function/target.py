def f(a):
    # ruleid: metavariable-names-a-function
    f(a - 1)
    # ok: metavariable-names-a-function
    g(a)
