# ruleid: augmented
a += 1
# ok: augmented
a -= 1
# ok: augmented
a = a + 1
