# ruleid: lambda
f(lambda a: a)
# ok: lambda
f(lambda a: b)
# ok: lambda
f(lambda a, b: a)
