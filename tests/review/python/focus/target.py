call(
    # ruleid: focus
    a,
    b,
)
# ok: focus
call()
