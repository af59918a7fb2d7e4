# ok: common-beside-rare
common(a)
# ok: common-beside-rare
rare("a")
# ruleid: common-beside-rare
other(f(a, b))
# ruleid: common-beside-rare
rare(a)
