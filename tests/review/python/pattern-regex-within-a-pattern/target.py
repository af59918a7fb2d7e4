# ruleid: pattern-regex-within-a-pattern
log(token)
# ok: pattern-regex-within-a-pattern
log(a)
# ok: pattern-regex-within-a-pattern
token = 1
