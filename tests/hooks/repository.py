"""Repositories for the tests of hooks, apart from the settings of whoever runs them."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"


class Place:
    """A folder that everything happens in; the reviewer and pre-commit are on its PATH."""

    def __init__(self, reviewer, pre_commit):
        self.folder = tempfile.TemporaryDirectory(prefix="hooks-")
        self.path = pathlib.Path(self.folder.name)
        self.pre_commit = pre_commit
        programs = self.path / "bin"
        programs.mkdir()
        (programs / "reviewer").symlink_to(reviewer.resolve())
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        person = {f"GIT_{role}_{key}": value
                  for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", "A"), ("EMAIL", "a@example.com"))}
        self.environment = kept | person | {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "XDG_CACHE_HOME": str(self.path / "cache"),
            "PRE_COMMIT_HOME": str(self.path / "pre-commit"),
            "PATH": f"{programs}:{os.environ['PATH']}",
        }

    def run(self, *command, cwd, check=True):
        """Runs a command. Returns what it did, with the seconds that it took."""
        start = time.perf_counter()
        done = subprocess.run([str(word) for word in command], cwd=cwd, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        done.seconds = time.perf_counter() - start
        if check and done.returncode != 0:
            raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}")
        return done

    def forget(self):
        """Drops the results that the reviewer keeps."""
        shutil.rmtree(self.path / "cache", ignore_errors=True)

    def repository(self, name, files):
        """A new repository with one commit, tagged v0."""
        folder = self.path / name
        folder.mkdir()
        self.run("git", "init", "-q", "-b", "main", cwd=folder)
        for file, text in files.items():
            (folder / file).write_text(text)
        self.run("git", "add", "-A", cwd=folder)
        self.run("git", "commit", "-q", "-m", "start", cwd=folder)
        self.run("git", "tag", "v0", cwd=folder)
        return folder

    def hooks(self):
        """A repository that holds nothing but our hooks: all that those for an installed reviewer take."""
        return self.repository("hooks", {HOOKS.name: HOOKS.read_text()})


def config(repository, revision, hook):
    """The configuration of pre-commit for one of our hooks."""
    return f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
