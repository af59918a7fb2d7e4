# ruleid: regex-looks-ahead
f("http://a")
# ok: regex-looks-ahead
f("https://a")
