# ruleid: regex-with-alternatives
ab(1)
# ruleid: regex-with-alternatives
bc(1)
# ok: regex-with-alternatives
bcd(1)
# ok: regex-with-alternatives
xa(1)
