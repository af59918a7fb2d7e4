async def f():
    # ruleid: async-with
    async with a as b:
        pass
    # ok: async-with
    with a as b:
        pass
