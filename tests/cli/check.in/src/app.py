import subprocess


def remember(item, seen=[]):
    seen.append(item)
    return seen


def run(name):
    try:
        subprocess.run(f"git clone {name}", shell=True)
    finally:
        return True
