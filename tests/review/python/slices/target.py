# ruleid: slices
b = a[:]
# ok: slices
c = a[1:]
