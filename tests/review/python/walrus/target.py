# ruleid: walrus
if (a := f()): pass
# ok: walrus
if a == f(): pass
