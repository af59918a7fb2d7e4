# ok: regex-metavariable-of-a-string
f("abc")
# ruleid: regex-metavariable-of-a-string
f(abc)
