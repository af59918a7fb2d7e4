import json
def f():
    # ruleid: shadowed-import
    json.loads("1")
def g(json):
    # ruleid: shadowed-import
    json.loads("1")
