# ruleid: regex-is-anchored-at-the-start
exec(a)
# ruleid: regex-is-anchored-at-the-start
execute(a)
# ok: regex-is-anchored-at-the-start
os_exec(a)
