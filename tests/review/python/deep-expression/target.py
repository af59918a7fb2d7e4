# ruleid: deep-expression
if user.is_admin():
    pass

# ruleid: deep-expression
if a and not (b or user.is_admin()):
    pass

# ok: deep-expression
if user.is_admin:
    pass

# ok: deep-expression
while user.is_admin():
    pass
