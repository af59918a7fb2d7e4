#!/usr/bin/env python3
"""What the hooks cost a commit, beyond what pre-commit itself costs.

    latency.py --reviewer target/release/reviewer --repository CHECKOUT [--pre-commit pre-commit] [--commits 50]

In a copy of CHECKOUT, makes commits of 1 to 20 Python files, and runs each through the real pre-commit with a hook that does
nothing and with each of ours; prints percentiles of the difference. The shortest of three runs counts, since other work on
the machine only ever adds. Then prints what reviewing one staged file takes in a process of its own, and how much of that
following values through the rest of the project is: the same file is reviewed in a repository of its own. What is known of
the project is kept from one run to the next, as on the machine of whoever commits; the first run, which looks at all of it, is
printed by itself. Fails above the limits: p95 100 ms, and a median of 100 ms for what the project adds.
"""
import argparse
import pathlib
import random
import resource
import statistics
import sys
import time

from repository import Place, config

LIMIT_HOOK = 0.100
LIMIT_PROJECT = 0.100
RUNS = 3
WARM = 20
NOTHING = """\
repos:
- repo: local
  hooks:
  - {id: nothing, name: nothing, entry: "true", language: system, types_or: [python], require_serial: true}
"""


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def stage(place, repository, files, number):
    for file in files:
        with open(repository / file, "a") as out:
            out.write(f"\n\ndef added_{number}(values=()):\n    return [value + {number} for value in values]\n")
    place.run("git", "add", *files, cwd=repository)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewer", type=pathlib.Path, required=True)
    parser.add_argument("--repository", type=pathlib.Path, required=True)
    parser.add_argument("--pre-commit", default="pre-commit")
    parser.add_argument("--commits", type=int, default=50)
    args = parser.parse_args()
    place = Place(args.reviewer, args.pre_commit)
    repository = place.path / "repository"
    place.run("git", "clone", "-q", args.repository.resolve(), repository, cwd=place.path)
    hooks = place.hooks()
    configs = {"nothing": NOTHING}
    for hook in ("reviewer-system", "reviewer-staged-system"):
        configs[hook] = config(hooks, "v0", hook)
    for name, text in configs.items():
        (place.path / f"{name}.yaml").write_text(text)
        place.run(place.pre_commit, "install-hooks", "--config", place.path / f"{name}.yaml", cwd=repository)

    def seconds(*command):
        """What a command takes: by the clock, and of CPU time."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # A finding of the checkout ends it with 1, and takes no less time.
        elapsed = place.run(*command, cwd=repository, check=False).seconds
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return elapsed, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    def hook_seconds(name):
        config = place.path / f"{name}.yaml"
        runs = [seconds(place.pre_commit, "run", "--config", config) for _ in range(RUNS)]
        return [min(kind) for kind in zip(*runs)]

    tracked = place.run("git", "ls-files", "*.py", cwd=repository).stdout.splitlines()
    choice = random.Random(0)
    added = {(name, kind): [] for name in configs for kind in ("elapsed", "CPU")}
    for number in range(args.commits):
        stage(place, repository, choice.sample(tracked, choice.randint(1, min(20, len(tracked)))), number)
        took = {name: hook_seconds(name) for name in configs}
        for name in configs:
            for kind, mine, nothing in zip(("elapsed", "CPU"), took[name], took["nothing"]):
                added[name, kind].append(mine - (0 if name == "nothing" else nothing))
        place.run("git", "commit", "-q", "--no-verify", "-m", f"change {number}", cwd=repository)

    print(f"{args.commits} commits of 1 to 20 files out of {len(tracked)}, in ms")
    print(f"{'':<40} {'median':>8} {'p95':>8} {'most':>8}")
    failed = False
    for (name, kind), values in added.items():
        label = "pre-commit alone" if name == "nothing" else f"{name} adds"
        figures = statistics.median(values), percentile(values, 0.95), max(values)
        print(f"{f'{label}, {kind}':<40} " + " ".join(f"{1000 * figure:>8.1f}" for figure in figures))
        failed |= name != "nothing" and kind == "elapsed" and figures[1] > LIMIT_HOOK

    def staged(folder):
        """What reviewing what is staged in a repository takes: the first time, and the median of many."""
        place.forget()
        review = ("reviewer", "check", "--staged")
        took = [place.run(*review, cwd=folder, check=False).seconds for _ in range(WARM + 1)]
        return took[0], statistics.median(took[1:])

    stage(place, repository, tracked[:1], args.commits)
    one = place.repository("one", {"README": ""})
    (one / "one.py").write_text((repository / tracked[0]).read_text())
    place.run("git", "add", "-A", cwd=one)
    # What changed a moment ago is looked at twice.
    time.sleep(3)
    first, within = staged(repository)
    _, alone = staged(one)
    print(f"one staged file: {1000 * alone:.1f} ms alone, {1000 * within:.1f} ms within the project, "
          f"{1000 * first:.0f} ms the first time")
    failed |= within - alone > LIMIT_PROJECT
    sys.exit(failed)


if __name__ == "__main__":
    main()
