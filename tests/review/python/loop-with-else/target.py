# ruleid: loop-with-else
for a in b:
    pass
else:
    c()
