# Classes, overrides and files.

# === an override of a class
class Base:
    def load(self):
        return "x"

class Tainted(Base):
    def load(self):
        return source()

def f(any: Base):
    # ruleid: flow
    sink(any.load())
    # ok: flow
    sink(Base().load())
    # ruleid: flow
    sink(Tainted().load())

# === a method of the class above
class Base:
    def load(self):
        return source()

class Own(Base):
    pass

def f():
    # ruleid: flow
    sink(Own().load())

# === a method that calls one of the classes below
class Page:
    def show(self):
        # ruleid: flow
        sink(self.title())

    def title(self):
        raise NotImplementedError

class Own(Page):
    def title(self):
        return source()

# === super
class Base:
    def __init__(self, value):
        self.value = value

    def show(self):
        return self.value

class Own(Base):
    def __init__(self, value):
        super().__init__(value)

    def show(self):
        return "a" + super().show()

def f():
    # ruleid: flow
    sink(Own(source()).show())
    # ok: flow
    sink(Own("x").show())

# === methods of no object
class Texts:
    @staticmethod
    def same(value):
        return value

    @classmethod
    def fixed(cls, value):
        return "x"

    @classmethod
    def made(cls, value):
        texts = cls()
        texts.value = value
        return texts

def f():
    # ruleid: flow
    sink(Texts.same(source()))
    # ok: flow
    sink(Texts.fixed(source()))
    # ruleid: flow
    sink(Texts.made(source()).value)

# === methods that are chained
class Query:
    def where(self, text):
        self.text = text
        return self

    def named(self, label):
        self.label = label
        return self

def f():
    query = Query().where(source()).named("x")
    # ruleid: flow
    sink(query.text)
    # ok: flow
    sink(query.label)

# === fields of a class
class State:
    value = "x"
    other = "x"

def fill():
    State.value = source()

def f():
    # ruleid: flow
    sink(State.value)
    # ok: flow
    sink(State.other)

# === two classes with methods of one name
class Same:
    def run(self, value):
        return value

class Fixed:
    def run(self, value):
        return "x"

def f(thing):
    # ruleid: flow
    sink(Same().run(source()))
    # ok: flow
    sink(Fixed().run(source()))
    # ruleid: flow
    sink(thing.run(source()))

# === an object that is called
class Action:
    def __call__(self, value):
        return "x"

def f():
    action = Action()
    # todook: flow
    sink(action(source()))

# === fields of a data class
from dataclasses import dataclass

@dataclass
class Point:
    x: str
    y: str

def f():
    point = Point(source(), "y")
    # ruleid: flow
    sink(point.x)
    # todook: flow
    sink(point.y)

# === a function of another file
from lib.texts import same, fixed as constant
import lib.texts

def f():
    # ruleid: flow
    sink(same(source()))
    # ok: flow
    sink(constant(source()))
    # ruleid: flow
    sink(lib.texts.same(source()))
    # ok: flow
    sink(lib.texts.fixed(source()))
# --- lib/texts.py
def same(value):
    return value

def fixed(value):
    return "x"

def unused():
    source()

# === a function of a file that has neither source nor sink
from texts import fixed

def f():
    # todook: flow
    sink(fixed(source()))
# --- texts.py
def fixed(value):
    return "x"

# === a function of a file nearby
# --- app/views.py
from .texts import same
from . import texts as t

def f():
    # ruleid: flow
    sink(same(source()))
    # ok: flow
    sink(t.fixed(source()))
# --- app/texts.py
def same(value):
    return value

def fixed(value):
    return "x"

def unused():
    source()

# === a function that a package hands on
from lib import same, fixed

def f():
    # ruleid: flow
    sink(same(source()))
    # todook: flow
    sink(fixed(source()))
# --- lib/__init__.py
from .texts import same, fixed
# --- lib/texts.py
def same(value):
    return value

def fixed(value):
    return "x"

def unused():
    source()

# === a class of another file
from lib.box import Box

def f():
    box = Box(source(), "x")
    # ruleid: flow
    sink(box.value)
    # ok: flow
    sink(box.label)
    box.show()
# --- lib/box.py
class Box:
    def __init__(self, value, label):
        self.value = value
        self.label = label

    def show(self):
        # ruleid: flow
        sink(self.value)

# === constants of another file
from settings import STRICT, KEY

def f():
    value = source()
    if STRICT:
        value = "x"
    # todook: flow
    sink(value)
    d = {"a": source(), "b": "x"}
    # todook: flow
    sink(d[KEY])
# --- settings.py
STRICT = True
KEY = "b"

# === a variable of another file
import state

def f():
    # todoruleid: flow
    sink(state.VALUE)
# --- state.py
VALUE = source()
