# ruleid: keyword-argument-with-ellipsis
run("x", shell=True)
# ruleid: keyword-argument-with-ellipsis
run(shell=True)
# ruleid: keyword-argument-with-ellipsis
run(cwd=1, shell=True, env=2)
# ok: keyword-argument-with-ellipsis
run("x", shell=False)
# ok: keyword-argument-with-ellipsis
run("x", True)
