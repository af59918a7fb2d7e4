# ruleid: not-in
if not a in b: pass
# ok: not-in
if a not in b: pass
