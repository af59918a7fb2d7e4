# ruleid: keyword-metavariable
f(a=1)
# ok: keyword-metavariable
f(1)
