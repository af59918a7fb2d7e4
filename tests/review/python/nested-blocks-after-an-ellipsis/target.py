# ruleid: nested-blocks-after-an-ellipsis
a = acquire()
work()
release(a)

# ruleid: nested-blocks-after-an-ellipsis
b = acquire()
if b:
    for i in b:
        release(b)

# ok: nested-blocks-after-an-ellipsis
c = acquire()
release(d)
