# ok: a-source-requires-labels
sink(source())
# ok: a-source-requires-labels
sink("a" + "b")
# ruleid: a-source-requires-labels
sink("a" + source())


def joined(text):
    return "a" + text


def drop(text):
    # ruleid: a-source-requires-labels
    sink("a" + text)


# ruleid: a-source-requires-labels
sink(joined(source()))
# ok: a-source-requires-labels
sink(joined("b"))
drop(source())


def pass_on(text):
    # ruleid: a-source-requires-labels
    sink(text)


pass_on(source())
pass_on(joined(source()))
