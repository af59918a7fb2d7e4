# ruleid: string-forms
f('a')
# ruleid: string-forms
f("""a""")
# ruleid: string-forms
f(b"a")
# ruleid: string-forms
f(r"a")
# ruleid: string-forms
f(f"a")
