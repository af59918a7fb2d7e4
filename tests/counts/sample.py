import subprocess as sp


class Store:
    def __init__(self, path):
        self.path = path
        self.rows = []

    def load(self):
        handle = open(self.path)
        for line in handle:
            key, _, value = line.partition("=")
            self.rows.append((key.strip(), value.strip()))
        handle.close()
        return len(self.rows)

    def backup(self, target):
        sp.run("cp -r " + self.path + " " + target, shell=True)
        sp.run(["cp", self.path, target])

    def total(self):
        return sum(int(value) for _, value in self.rows if value.isdigit())
