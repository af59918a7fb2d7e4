# ruleid: f-string
run(f"a {b}")
# ruleid: f-string
run(f"a")
# ok: f-string
run(b)
