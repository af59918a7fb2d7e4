# ruleid: decorators
@app.route("/")
def a():
    pass


# ruleid: decorators
@login
@app.route("/b", methods=["GET"])
def b(x, y=1):
    return x


# ok: decorators
@app.get("/")
def c():
    pass


# ok: decorators
def d():
    pass
