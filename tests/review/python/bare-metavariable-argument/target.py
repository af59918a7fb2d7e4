# ruleid: bare-metavariable-argument
f(1)
# ok: bare-metavariable-argument
f(a=1)
# ok: bare-metavariable-argument
f(1, 2)
# ok: bare-metavariable-argument
f()
# ruleid: bare-metavariable-argument
f(*a)
