# ruleid: list-with-ellipsis
a = [1]
# ruleid: list-with-ellipsis
b = [0, 1, 2]
# ok: list-with-ellipsis
c = [2]
# ok: list-with-ellipsis
d = (1, 2)
