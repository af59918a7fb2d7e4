def handle(x, unknown):
    a = x > 3 and "one" or "two"
    # ruleid: and-or-is-conditional
    run(a)
    b = x > 3 and unknown or "two"
    # ok: and-or-is-conditional
    run(b)
