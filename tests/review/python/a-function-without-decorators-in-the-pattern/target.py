# ruleid: a-function-without-decorators-in-the-pattern
@dec
def a(x=[]):
    pass


# ruleid: a-function-without-decorators-in-the-pattern
async def b(y, x=[]):
    return x


# ok: a-function-without-decorators-in-the-pattern
def c(x=None):
    pass


# ruleid: a-function-without-decorators-in-the-pattern
def d(a, x: list = []) -> int:
    pass
