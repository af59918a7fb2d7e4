def f(a, b):
    # ruleid: inside-shares-metavariables
    use(a)
    # ok: inside-shares-metavariables
    use(b)
