import os.path as p
from subprocess import run as start

count = 0


def plain(a, /, b, *rest, key=1, **named):
    global count
    count += 1
    total = 0

    def inner():
        nonlocal total
        total = total + b
        return total

    return inner() + count


@decorated(plain)
def twice():
    return plain(1, 2, *[3], key=4, **{})


def again():
    return 1


def again():
    return start(p.join("a"), shell=True)


later = lambda x, y=2: again(x)


class Shop(Base):
    name = "shop"
    label = name

    def __init__(self, price):
        super().__init__(price)
        self.price = price

    @staticmethod
    def make(price):
        return Shop(price)

    @classmethod
    def cheap(cls):
        return cls(1)

    def later(self):
        return lambda: self.price
