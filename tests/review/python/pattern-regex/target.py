# ruleid: pattern-regex
password = abc
# ruleid: pattern-regex
Password=abc
# ok: pattern-regex
passwort = abc
