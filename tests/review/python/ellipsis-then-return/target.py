# ruleid: ellipsis-then-return
def a():
    b()
    return 1
# ok: ellipsis-then-return
def c():
    b()
# ruleid: ellipsis-then-return
def d(x):
    if x:
        return 1
    b()
