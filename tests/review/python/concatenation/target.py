# ruleid: concatenation
run("a" + b)
# ok: concatenation
run(a + b)
# ok: concatenation
run("a" + b + c)
