# ruleid: statement-metavariable
if a:
    f()
# ruleid: statement-metavariable
if a:
    f()
    g()
