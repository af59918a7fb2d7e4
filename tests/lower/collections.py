def collections(xs, ys):
    a = [x + y for x in xs if x for y in ys]
    b = {k: v for k, v in a}
    c = {"key": a, **b, ys: [*a, 1]}
    d = f"start {c!r:>{xs}} end" "more"
    return sum(x for x in d), a[1:2], {1, 2}
