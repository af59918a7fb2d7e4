# ruleid: set-and-dictionary
a = {"b": 1}
# ruleid: set-and-dictionary
c = {1, 2}
# ok: set-and-dictionary
d = [1]
