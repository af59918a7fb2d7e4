# ruleid: dictionary
a = {"debug": True}
# ruleid: dictionary
b = {"x": 1, 'debug': True, "y": 2}
# ok: dictionary
c = {"debug": False}
# ok: dictionary
d = {True: "debug"}
