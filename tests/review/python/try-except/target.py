# ruleid: try-except
try:
    f()
except ValueError:
    pass

# ok: try-except
try:
    f()
except ValueError:
    g()

# ok: try-except
try:
    f()
except:
    pass

# ruleid: try-except
try:
    f()
    g()
except (A, B):
    pass
