# ruleid: string-metavariable
get("http://a")
# ok: string-metavariable
get("https://a")
# ok: string-metavariable
get("see http://a")
# ruleid: string-metavariable
get('http://b', 1)
