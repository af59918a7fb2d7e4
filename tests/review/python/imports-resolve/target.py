import os
import os as o
import os.path as p
from os import path
from os.path import join
from os.path import join as j
# ruleid: imports-resolve
os.path.join(a)
# ruleid: imports-resolve
o.path.join(a)
# ruleid: imports-resolve
p.join(a)
# ruleid: imports-resolve
path.join(a)
# ruleid: imports-resolve
join(a)
# ruleid: imports-resolve
j(a)
# ok: imports-resolve
x.join(a)
