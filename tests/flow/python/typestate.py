# States of what is opened.

# === opened and closed
def f():
    # ok: state
    thing = acquire()
    thing.close()

def g():
    # ruleid: state
    thing = acquire()
    look(thing)

# === used after it was closed
def f():
    thing = acquire()
    thing.use()
    thing.close()
    # ruleid: state
    thing.use()

# === closed on one of two paths
def f(flag):
    # ruleid: state
    thing = acquire()
    if flag:
        thing.close()

def g(flag):
    thing = acquire()
    if flag:
        thing.close()
    # ruleid: state
    thing.use()
    thing.close()

# === left early
def f(flag):
    # ruleid: state
    thing = acquire()
    if flag:
        return
    thing.close()

# === an exception leaves it open
def f():
    # ruleid: state
    thing = acquire()
    risky()
    thing.close()

# === closed in finally
def f():
    # ok: state
    thing = acquire()
    try:
        risky()
    finally:
        thing.close()

# === closed in a handler and behind it
def f():
    # ok: state
    thing = acquire()
    try:
        risky()
    except Exception:
        thing.close()
        raise
    thing.close()

# === closed in finally unless it is None
def f():
    thing = None
    try:
        # ok: state
        thing = acquire()
        risky()
    finally:
        if thing is not None:
            thing.close()

# === closed by with
def f():
    # ok: state
    with acquire() as thing:
        risky()
    # ok: state
    other = acquire()
    with other:
        risky()

# === opened and closed in each turn of a loop
def f(rows):
    for row in rows:
        # ok: state
        thing = acquire()
        thing.close()
    for row in rows:
        # ruleid: state
        thing = acquire()
        if row is None:
            continue
        thing.close()

# === closed in a loop and used in the next turn
def f(rows):
    thing = acquire()
    for row in rows:
        # ruleid: state
        thing.use()
        thing.close()
    thing.close()

# === another name for the same thing
def f():
    # ok: state
    thing = acquire()
    other = thing
    other.close()
    # ruleid: state
    thing.use()

# === opened anew
def f():
    thing = acquire()
    thing.close()
    thing = acquire()
    # ok: state
    thing.use()
    thing.close()

# === what is returned, stored, passed on or yielded is the duty of others
class Owner:
    def f(self):
        # ok: state
        return acquire()

    def g(self):
        # ok: state
        thing = acquire()
        self.kept = thing

    def h(self, things):
        # ok: state
        thing = acquire()
        things.append(thing)

    def i(self):
        # ok: state
        thing = acquire()
        yield thing

# === captured by a closure
def f():
    # ok: state
    thing = acquire()

    def finish():
        thing.close()

    return finish

# === closed in the outcome of a condition
def f():
    # ruleid: state
    thing = acquire()
    if thing.try_close():
        return

def g():
    # ok: state
    thing = acquire()
    while not thing.try_close():
        pass

# === a dead branch does not close it
def f():
    # ruleid: state
    thing = acquire()
    if 1 > 2:
        thing.close()
