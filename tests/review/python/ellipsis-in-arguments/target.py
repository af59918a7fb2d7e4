# ruleid: ellipsis-in-arguments
run(1)
# ruleid: ellipsis-in-arguments
run(a, 1)
# ruleid: ellipsis-in-arguments
run(1, b=2)
# ruleid: ellipsis-in-arguments
run(a, 1, b)
# ok: ellipsis-in-arguments
run(a, 2)
# ok: ellipsis-in-arguments
run(k=1)
