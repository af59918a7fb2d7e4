# ruleid: nested-attribute-ellipsis
b.a.c()
# ok: nested-attribute-ellipsis
b.c()
# ok: nested-attribute-ellipsis
b.c.a()
