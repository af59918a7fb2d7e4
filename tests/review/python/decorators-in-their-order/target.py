# ruleid: decorators-in-their-order
@first
@between
@second
def a(): pass
# ok: decorators-in-their-order
@second
@first
def b(): pass
