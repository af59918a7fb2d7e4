# ruleid: implicit-concatenation
f("a" "b")
# ok: implicit-concatenation
f("a", "b")
