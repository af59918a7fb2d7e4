# ruleid: fix-uses-metavariables
old(a, b)
# ok: fix-uses-metavariables
new(a)
