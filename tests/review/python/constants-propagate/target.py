NAME = "admin"
OTHER = "admin"
OTHER = "x"
# ruleid: constants-propagate
connect(NAME)
# ok: constants-propagate
connect(OTHER)
def f():
    # ruleid: constants-propagate
    connect(NAME)
    local = "admin"
    # ruleid: constants-propagate
    connect(local)
