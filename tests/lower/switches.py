def kind(value):
    match value:
        case 1 | 2:
            return "number"
        case "a":
            return "text"
        case [first, *rest] if first:
            return rest
        case {"key": found}:
            return found
        case Point(x=0, y=there):
            return there
        case _:
            return None
