# ruleid: with
with open("a") as f:
    pass
# ruleid: with
with open("a") as f, open("b") as g:
    pass
# ok: with
with open("a"):
    pass
