# ruleid: if-without-else
if a:
    risky()
# ruleid: if-without-else
if b:
    risky()
else:
    pass
# ok: if-without-else
if c:
    risky()
    other()
