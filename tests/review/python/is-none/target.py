# ruleid: is-none
f(a == None)
# ok: is-none
f(a is None)
