# ruleid: metavariable-equality
a == a
# ruleid: metavariable-equality
a.b[1] == a.b[1]
# ok: metavariable-equality
a == b
# ruleid: metavariable-equality
f(x) == f( x )
# ok: metavariable-equality
a != a
