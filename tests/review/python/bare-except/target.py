# ruleid: bare-except
try:
    f()
except:
    pass

# ok: bare-except
try:
    f()
except ValueError:
    g()
