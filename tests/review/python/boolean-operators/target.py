# ruleid: boolean-operators
x = a or a
# ok: boolean-operators
y = a or b
# ok: boolean-operators
z = a and a
