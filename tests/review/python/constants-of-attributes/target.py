NAME = "a"


class C:
    KIND = "a"
    LATER = "a"
    shared = "a"

    def __init__(self, given):
        self.name = "a"
        self.given = given
        self.changed = "a"
        self.first, self.second = "a", "a"
        if given:
            self.perhaps = "a"

    def change(self, given):
        self.changed = given
        C.LATER = given

    def use(self):
        # ruleid: constants-of-attributes
        f(NAME)
        # ruleid: constants-of-attributes
        f(self.KIND)
        # ruleid: constants-of-attributes
        f(C.KIND)
        # ruleid: constants-of-attributes
        f(self.name)
        f(self.LATER)
        f(C.LATER)
        f(self.given)
        f(self.changed)
        f(self.first)
        f(self.perhaps)
        f(self.shared)
        f(self.absent)


class D(C):
    shared = "b"
