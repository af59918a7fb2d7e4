# ruleid: print-of-anything
print(a)
# ruleid: print-of-anything
print(a, b)
# ok: print-of-anything
print()
