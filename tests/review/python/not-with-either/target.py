# ruleid: not-with-either
f(a)
# ok: not-with-either
f("x")
# ok: not-with-either
f(1)
# ruleid: not-with-either
f(2)
