# ruleid: values-of-keys
b = {"x": 1, "a": 2}
# ok: values-of-keys
c = {"x": 1}
