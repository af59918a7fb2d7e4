# ruleid: default-parameters
def a(x=None): pass
# ruleid: default-parameters
def b(y, x: int = None, *z): pass
# ok: default-parameters
def c(x=1): pass
