# ruleid: while-true
while True:
    f()
# ok: while-true
while a:
    f()
