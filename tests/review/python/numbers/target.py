# ruleid: numbers
chmod(0o777)
# ruleid: numbers
chmod(511)
# ruleid: numbers
chmod(0x1ff)
# ok: numbers
chmod(777)
