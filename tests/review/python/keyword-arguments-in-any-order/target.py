# ruleid: keyword-arguments-in-any-order
run(a=1, b=2)
# ruleid: keyword-arguments-in-any-order
run(b=2, a=1)
# ok: keyword-arguments-in-any-order
run(a=1)
# ok: keyword-arguments-in-any-order
run(a=1, b=2, c=3)
# ok: keyword-arguments-in-any-order
run(1, b=2)
