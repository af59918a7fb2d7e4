if a:
    # ruleid: either-of-insides
    risky()
while b:
    # ruleid: either-of-insides
    risky()
# ok: either-of-insides
risky()
