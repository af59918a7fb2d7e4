# ruleid: an-inner-function-keeps-its-statements
a = acquire()
def g():
    release(a)
