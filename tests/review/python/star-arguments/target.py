# ruleid: star-arguments
f(*a, **k)
# ok: star-arguments
f(a, k)
