# ruleid: for-loop
for i in range(len(a)):
    print(i)
# ok: for-loop
for i in range(a):
    print(i)
