import yaml


def load(path, seen):
    if not path in seen:
        with open(path) as file:
            return yaml.load(file)
    raise NotImplemented


def is_empty(item):
    if not (
        # None stands for sold out.
        item is None
    ):
        return item == None
