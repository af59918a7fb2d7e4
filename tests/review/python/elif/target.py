# ruleid: elif
if a:
    f()
elif a:
    g()
# ok: elif
if a:
    f()
elif b:
    g()
