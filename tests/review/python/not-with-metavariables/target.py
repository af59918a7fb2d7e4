# ruleid: not-with-metavariables
copy(a, b)
# ok: not-with-metavariables
copy(a, a)
