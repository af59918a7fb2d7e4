# ruleid: statements-in-a-row
a = 1
a = 2

# ok: statements-in-a-row
b = 1
print(b)
b = 2

# ok: statements-in-a-row
c = 1
d = 2
