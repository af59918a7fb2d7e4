# ruleid: not-inside-a-row
use(a)
check(a)
# ok: not-inside-a-row
use(a)
# ruleid: not-inside-a-row
use(b)
