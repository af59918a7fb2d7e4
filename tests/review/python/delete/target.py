# ruleid: delete
del a[1]
# ok: delete
del a
