#!/usr/bin/env python3
"""Applies every fix there is to real repositories, and checks what came of it with parsers that are not ours.

    real.py --reviewer target/debug/reviewer [--config pedantic] [--diffs N] REPOSITORY...

Each repository is copied to a temporary folder and fixed there by `check --fix --unsafe-fixes`. The rules are those
that are built in, or those of --config: busy.yaml, beside this file, has some that find something everywhere. Then

- every changed file parses: Python's by `ast`, Rust's by rustfmt where that is installed, all by our own count of
  files with syntax errors;
- a second run makes no edit;
- no rule has more findings than before in any changed file;
- modes, line endings, byte-order marks and the lack or presence of a last line break are as before;
- no temporary file is left.

With --diffs N, N of the changes are printed, evenly chosen, for a person to judge. Exits with 1 where a check fails.
"""
import argparse
import ast
import collections
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import warnings

REFUSAL = re.compile(r"^warning: (.*): the fix of (\S+) was not applied: (.*)$", re.M)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reviewer", required=True, type=pathlib.Path)
    parser.add_argument("--config", default="pedantic")
    parser.add_argument("--diffs", type=int, default=0, metavar="N")
    parser.add_argument("repositories", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    config = options.config if options.config == "pedantic" else pathlib.Path(options.config).resolve()
    total = Counts()
    failures, hunks = [], []
    for repository in options.repositories:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / repository.name
            shutil.copytree(repository, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "target"))
            run = Run(options.reviewer.resolve(), config, copy)
            failures += [f"{repository.name}: {failure}" for failure in run.fix()]
            hunks += run.hunks()
            print(f"{repository.name}: {run.counts}")
            total += run.counts
    print(f"all: {total}")
    for name, counts in [("edits", total.edits), ("refusals", total.refusals)]:
        print(f"\n{name}")
        for key, number in counts.most_common():
            print(f"{number:>8}  {key}")
    for hunk in hunks[:: max(1, len(hunks) // options.diffs)] if options.diffs else []:
        print(f"\n{hunk}", end="")
    for failure in failures:
        print(f"FAILED {failure}")
    sys.exit(bool(failures))


class Counts:
    """What fixing came to."""

    def __init__(self):
        self.files = self.changed = 0
        self.edits, self.refusals = collections.Counter(), collections.Counter()

    def __iadd__(self, other):
        self.files += other.files
        self.changed += other.changed
        self.edits += other.edits
        self.refusals += other.refusals
        return self

    def __str__(self):
        return (
            f"{self.files} files reviewed, {self.changed} changed, "
            f"{self.edits.total()} findings gone, {self.refusals.total()} fixes refused"
        )


class Run:
    """The fixing of one copy of a repository."""

    def __init__(self, reviewer, config, folder):
        self.command = [reviewer, "check", "--config", config, "--no-cache", "--format", "json"]
        self.folder = folder
        self.counts = Counts()
        self.old, self.new = {}, {}

    def fix(self):
        """Fixes the copy; yields what is wrong with the outcome."""
        before, _ = self.check()
        states = {path: state(path) for path in files(self.folder)}
        after, messages = self.check("--fix", "--unsafe-fixes")
        left = files(self.folder)
        if left != list(states):
            yield f"files came or went: {set(left) ^ set(states)}"
        for path, old in states.items():
            new = state(path)
            if new != old:
                name = str(path.relative_to(self.folder))
                self.old[name], self.new[name] = old, new
                yield from (f"{name}: {failure}" for failure in compare(path, old, new))
        self.count(before, after, messages)
        yield from self.grown(before, after)
        if after["stats"]["with_syntax_errors"] > before["stats"]["with_syntax_errors"]:
            yield "more files have syntax errors"
        again, _ = self.check()
        if identities(again) != identities(after):
            yield "what is reported after fixing is not what a fresh review reports"
        self.check("--fix", "--unsafe-fixes")
        for name, new in self.new.items():
            if state(self.folder / name) != new:
                yield f"{name}: a second run edits it again"

    def check(self, *arguments):
        done = subprocess.run([*self.command, *arguments, "."], cwd=self.folder, capture_output=True, text=True)
        return json.loads(done.stdout), done.stderr

    def count(self, before, after, messages):
        self.counts.files = before["stats"]["files"]
        self.counts.changed = len(self.new)
        self.counts.edits = by_rule(before) - by_rule(after)
        self.counts.refusals.update(f"{rule}: {reason}" for _, rule, reason in REFUSAL.findall(messages))

    def grown(self, before, after):
        old, new = per_file(before), per_file(after)
        for key, number in new.items():
            if key[0] in self.new and number > old[key]:
                yield f"{key[0]}: {key[1]} is reported {number} times, {old[key]} before"

    def hunks(self):
        """The changes of each file, as unified diffs without context."""
        import difflib

        found = []
        for name, old in sorted(self.old.items()):
            lines = [text.decode().splitlines(keepends=True) for text in (old[0], self.new[name][0])]
            diff = "".join(difflib.unified_diff(*lines, name, name, n=1))
            found += [f"{name}\n@@{hunk}" for hunk in diff.split("\n@@")[1:]]
        return found


def files(folder):
    found = (pathlib.Path(where) / name for where, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if not path.is_symlink())


def state(path):
    return path.read_bytes(), stat.S_IMODE(path.stat().st_mode)


def compare(path, old, new):
    """What differs between two states of a file and should not."""
    if old[1] != new[1]:
        yield f"mode {new[1]:o}, {old[1]:o} before"
    kinds = [
        ("the byte-order mark", lambda text: text.startswith(b"\xef\xbb\xbf")),
        ("the last line break", lambda text: text.endswith(b"\n")),
        ("the kind of line breaks", lambda text: (b"\r\n" in text, b"\n" in text.replace(b"\r\n", b""))),
    ]
    for name, kind in kinds:
        if kind(old[0]) != kind(new[0]):
            yield f"{name} changed"
    if path.suffix == ".py" and parses(old[0]) and not parses(new[0]):
        yield "Python cannot parse it any more"
    if path.suffix == ".rs" and formats(old[0]) and not formats(new[0]):
        yield "rustfmt cannot parse it any more"


def parses(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def formats(text):
    if not shutil.which("rustfmt"):
        return True
    command = ["rustfmt", "--edition", "2024", "--emit", "stdout"]
    return subprocess.run(command, input=text, capture_output=True).returncode == 0


def by_rule(report):
    return collections.Counter(finding["rule"] for finding in report["findings"])


def per_file(report):
    return collections.Counter((finding["path"], finding["rule"]) for finding in report["findings"])


def identities(report):
    return collections.Counter(
        (finding["path"], finding["rule"], tuple(finding["bytes"])) for finding in report["findings"]
    )


if __name__ == "__main__":
    main()
