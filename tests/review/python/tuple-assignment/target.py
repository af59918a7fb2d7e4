# ruleid: tuple-assignment
a, b = b, a
# ok: tuple-assignment
a, b = a, b
