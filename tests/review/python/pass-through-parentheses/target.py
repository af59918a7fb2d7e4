# ruleid: pass-through-parentheses
f((a + b))
# ruleid: pass-through-parentheses
f(
    a
    + b
)
# ok: pass-through-parentheses
f(a)
