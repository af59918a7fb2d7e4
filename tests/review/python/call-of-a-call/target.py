# ruleid: call-of-a-call
f(1)(2)
# ok: call-of-a-call
f(1)
