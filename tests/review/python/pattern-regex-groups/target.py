# ruleid: pattern-regex-groups
key_secret = 1
# ok: pattern-regex-groups
key_other = 1
