# ruleid: multiple-targets
a = b = 1
# ok: multiple-targets
a, b = 1, 2
# ok: multiple-targets
a += 1
