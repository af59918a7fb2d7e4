# ruleid: same-statement-twice
f(a)
f(a)
# ok: same-statement-twice
g(a)
h(a)
