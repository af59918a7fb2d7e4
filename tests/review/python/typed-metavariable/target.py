def f(a: int, b: str, c):
    # ruleid: typed-metavariable
    a.bit_length()
    # ok: typed-metavariable
    b.bit_length()
    # ok: typed-metavariable
    c.bit_length()
