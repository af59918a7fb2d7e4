# ruleid: format-method
"a {}".format(b)
# ok: format-method
a.format(b)
