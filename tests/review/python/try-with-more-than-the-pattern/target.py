# ruleid: try-with-more-than-the-pattern
try:
    f()
except A:
    pass
# ruleid: try-with-more-than-the-pattern
try:
    f()
except A:
    pass
except B:
    pass
# ok: try-with-more-than-the-pattern
try:
    f()
except A:
    pass
finally:
    g()
# ok: try-with-more-than-the-pattern
try:
    f()
except A:
    pass
else:
    g()
