class A(Model):
    # ruleid: inside-a-class
    a = Field(1)


class B(Other):
    # ok: inside-a-class
    a = Field(1)


class C(Base, Model):
    # ruleid: inside-a-class
    a = Field(1)


# ok: inside-a-class
a = Field(1)
