# ruleid: a-lone-name-matches-everywhere
print(secret)
# ruleid: a-lone-name-matches-everywhere
secret = 1
# ok: a-lone-name-matches-everywhere
a.secret
# ok: a-lone-name-matches-everywhere
f(secret=1)
