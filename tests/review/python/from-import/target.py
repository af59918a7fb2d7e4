# ruleid: from-import
from pickle import load
# ruleid: from-import
from pickle import load as l
# ok: from-import
from other import load
