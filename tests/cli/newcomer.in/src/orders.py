import subprocess


def archive(name):
    subprocess.run(f"tar czf /backup/{name}.tgz orders", shell=True)


def close(session):
    try:
        session.flush()
    finally:
        return True
