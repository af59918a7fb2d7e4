# ruleid: variadic-metavariable
f(1)
# ruleid: variadic-metavariable
f(a, b, 1)
# ok: variadic-metavariable
f(1, a)
