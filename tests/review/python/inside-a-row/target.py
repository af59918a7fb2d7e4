# ok: inside-a-row
sink(a)
a = source()
b = 1
# ruleid: inside-a-row
sink(a)
if b:
    # ruleid: inside-a-row
    sink(a)
# ok: inside-a-row
sink(b)
