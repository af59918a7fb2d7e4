def remember(item, seen=[]):
    print(item)
    seen.append(item)
