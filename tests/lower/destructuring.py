def parts(pair):
    a, (b, *c), d = pair
    a, b = b, a
    x = y = pair[0]
    pair[1:2], pair.name = x, y
    if (n := len(pair)) > 1:
        pair[n] += 1
    for (k, v), w in pair:
        use(k, v, w)
