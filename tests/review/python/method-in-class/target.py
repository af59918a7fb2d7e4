# ruleid: method-in-class
class A:
    def f(self): pass
    def __eq__(self, o): pass
    b = 1
# ruleid: method-in-class
class B(Base):
    def __eq__(self, o): pass
# ok: method-in-class
class C:
    def f(self): pass
