def find(xs, wanted):
    for index, x in enumerate(xs):
        if x == wanted:
            break
        if not x:
            continue
        print(x)
    else:
        return None
    while index:
        index -= 1
    return index
