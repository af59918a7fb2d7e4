# ruleid: associative-operators
x = a and b and c
# ok: associative-operators
y = a and b
