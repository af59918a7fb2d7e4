#!/usr/bin/env python3
"""Our hooks under the real pre-commit: installed, they stop a commit that brings a fault and let a clean one pass.

    precommit.py --reviewer target/release/reviewer [--pre-commit pre-commit] [--all]

Runs the hooks for an installed reviewer. With --all, those too that build it: with pip and maturin from a clone of this
repository, and with cargo from the mirror that `.github/mirror.py` makes; both build what is committed, and take minutes.
"""
import argparse
import pathlib
import sys

from repository import ROOT, Place, config

OLD_FAULT = "def old():\n    try:\n        return 1\n    finally:\n        return 2\n"
FAULT = OLD_FAULT.replace("old", "new")
RULE = "python/return-in-finally"
BUILT = "v0.1.0"


def scenario(place, name, source, revision, hook):
    """Commits through one hook; returns the lines of the table."""
    files = {"clean.py": "x = 1\n", "old.py": OLD_FAULT, ".pre-commit-config.yaml": config(source, revision, hook)}
    repository = place.repository(name, files)
    place.run(place.pre_commit, "install", cwd=repository)
    built = place.run(place.pre_commit, "install-hooks", cwd=repository).seconds

    def commit(text):
        (repository / "clean.py").write_text(text)
        place.run("git", "add", "clean.py", cwd=repository)
        # What is not staged is no part of the commit.
        (repository / "clean.py").write_text(text + ("" if text.endswith(FAULT) else FAULT))
        return place.run("git", "commit", "-q", "-m", "change", cwd=repository, check=False)

    blocked = commit("x = 2\n" + FAULT)
    assert blocked.returncode == 1 and RULE in blocked.stdout, blocked.stdout
    passed = commit("x = 3\n")
    assert passed.returncode == 0, passed.stdout
    # A fault that was there already, in a file that is touched.
    (repository / "old.py").write_text(OLD_FAULT + "x = 1\n")
    place.run("git", "add", "old.py", cwd=repository)
    touched = place.run("git", "commit", "-q", "-m", "change", cwd=repository, check=False)
    assert touched.returncode == (0 if "staged" in hook else 1), touched.stdout
    return f"{name:<24} {built:>8.1f} s {blocked.seconds:>8.2f} s {passed.seconds:>8.2f} s"


def built(place):
    """Repositories whose hooks build the reviewer."""
    clone = place.path / "source"
    place.run("git", "clone", "-q", "--no-local", ROOT, clone, cwd=place.path)
    place.run("git", "tag", BUILT, cwd=clone)
    yield "python", clone
    mirror = place.path / "mirror"
    place.run(sys.executable, clone / ".github/mirror.py", mirror, "--version", BUILT[1:], "--source", clone, cwd=clone)
    yield "rust", mirror


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewer", type=pathlib.Path, required=True)
    parser.add_argument("--pre-commit", default="pre-commit")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    place = Place(args.reviewer, args.pre_commit)
    print(f"{'hook':<24} {'install':>10} {'blocked':>10} {'passed':>10}")
    hooks = place.hooks()
    for hook in ("reviewer-system", "reviewer-staged-system"):
        print(scenario(place, hook, hooks, "v0", hook), flush=True)
    if args.all:
        # What these build must not be mistaken for the one on PATH.
        (place.path / "bin/reviewer").unlink()
        for language, source in built(place):
            for hook in ("reviewer", "reviewer-staged"):
                print(scenario(place, f"{hook} ({language})", source, BUILT, hook), flush=True)


if __name__ == "__main__":
    main()
