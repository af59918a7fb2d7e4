def read(path):
    try:
        data = load(path)
        if not data:
            return None
    except (OSError, ValueError) as error:
        log(error)
        raise
    else:
        use(data)
    finally:
        close(path)
    return data


def copy(a, b):
    with open(a) as source, open(b) as target:
        if not source:
            return
        target.write(source.read())
