class A:
    def f(self, a):
        # ruleid: member-with-metavariables
        self.b = a
        # ok: member-with-metavariables
        other.b = a
