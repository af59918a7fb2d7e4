# ruleid: percent
"a %s" % b
# ok: percent
a % b
