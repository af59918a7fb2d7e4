import subprocess


def remember(order, seen=[]):
    seen.append(order)
    return seen


def archive(name):
    subprocess.run(f"tar czf /backup/{name}.tgz orders", shell=True)
