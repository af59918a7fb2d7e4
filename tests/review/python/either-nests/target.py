# ruleid: either-nests
one(1)
# ruleid: either-nests
two(2)
# ok: either-nests
two(1)
# ruleid: either-nests
three()
# ruleid: either-nests
four()
# ok: either-nests
five()
