# ruleid: conditional-expression
x = a if c else a
# ok: conditional-expression
y = a if c else b
