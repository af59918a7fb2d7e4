# ruleid: string-contents
open("a")
# ruleid: string-contents
open('')
# ok: string-contents
open(a)
# ok: string-contents
open("a", "r")
