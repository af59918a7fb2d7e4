# ruleid: not-inside
risky()
with lock:
    # ok: not-inside
    risky()
    if a:
        # ok: not-inside
        risky()
with other:
    # ruleid: not-inside
    risky()
