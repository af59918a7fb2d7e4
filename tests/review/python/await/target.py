async def f(s):
    # ruleid: await
    await s.get(1)
    # ok: await
    s.get(1)
