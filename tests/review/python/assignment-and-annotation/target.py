# ruleid: assignment-and-annotation
a = make()
# ruleid: assignment-and-annotation
b: T = make()
# ok: assignment-and-annotation
a += make()
# ok: assignment-and-annotation
make()
