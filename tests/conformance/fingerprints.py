#!/usr/bin/env python3
"""How many fingerprints survive a repository's history.

Walks pairs of commits, reviews both sides, and follows each finding whose lines a diff calls unchanged from the old side to the
new: through insertions, deletions and renames of files. Such a finding is to keep its fingerprint, and no file may have two
findings of one fingerprint. Beside the pedantic pack runs a rule that finds every call and every assignment, so that
thousands of findings look alike.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import tempfile

EVERYTHING = """
rules:
- {id: every-call, message: m, severity: INFO, languages: [python, java, javascript, go, rust], pattern: "$F(...)"}
- {id: every-assignment, message: m, severity: INFO, languages: [python, java, javascript, go, rust], pattern: "$X = $Y"}
"""


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True).stdout


def checkout(repository, commit, folder):
    archive = subprocess.Popen(["git", "-C", repository, "archive", commit], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)


def findings(reviewer, folder, rules):
    command = [reviewer, "check", ".", "--config", "pedantic", "--config", rules, "--format", "json", "--no-cache"]
    result = subprocess.run(command, cwd=folder, capture_output=True)
    assert result.returncode in (0, 1, 2), result.stderr.decode()
    return json.loads(result.stdout)["findings"]


def line_maps(repository, old, new):
    """(old path) -> (new path, function from old line to new line or None)"""
    raw = git(repository, "diff", "-M", "--name-status", "-z", old, new).decode("utf-8", "replace").split("\0")
    paths, position = {}, 0
    while position < len(raw) - 1:
        status = raw[position]
        if status[0] in "RC":
            paths[raw[position + 1]] = raw[position + 2]
            position += 3
        else:
            paths[raw[position + 1]] = None if status == "D" else raw[position + 1]
            position += 2
    maps = {}
    for before, after in paths.items():
        if after is None:
            maps[before] = (None, [])
            continue
        text = git(repository, "diff", "-U0", f"{old}:{before}", f"{new}:{after}") if exists(repository, old, before) else b""
        hunks = [
            (int(a), int(b or 1), int(c), int(d or 1))
            for a, b, c, d in re.findall(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", text, re.M)
        ]
        maps[before] = (after, hunks)
    return maps


def exists(repository, commit, path):
    return subprocess.run(["git", "-C", repository, "cat-file", "-e", f"{commit}:{path}"], capture_output=True).returncode == 0


def moved(line, hunks):
    shift = 0
    for start, count, new_start, new_count in hunks:
        if count and start <= line < start + count:
            return None
        if line < start or (count == 0 and line <= start):
            break
        shift = (new_start + new_count) - (start + count)
        if count == 0:
            shift = (new_start + new_count - 1) - start
        elif new_count == 0:
            shift = new_start - (start + count - 1)
    return line + shift


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", help="a git repository, bare or not")
    parser.add_argument("--reviewer", required=True)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--step", type=int, default=25, help="commits between the two sides of a pair")
    options = parser.parse_args()
    reviewer = str(pathlib.Path(options.reviewer).resolve())
    log = git(options.repository, "log", "--first-parent", "--format=%H", "HEAD").decode().split()
    unchanged = kept = collisions = files = 0
    lost = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        rules = pathlib.Path(scratch) / "everything.yaml"
        rules.write_text(EVERYTHING)
        reviewed = {}

        def review(commit):
            if commit not in reviewed:
                with tempfile.TemporaryDirectory(dir=scratch) as folder:
                    checkout(options.repository, commit, folder)
                    reviewed[commit] = findings(reviewer, folder, str(rules))
            return reviewed[commit]

        sides = log[:: options.step][: options.pairs + 1]
        for new, old in zip(sides, sides[1:]):
            after = collections.defaultdict(list)
            for finding in review(new):
                after[finding["path"], finding["rule"], finding["start"]["line"], finding["lines"].strip()].append(finding)
            by_file = collections.Counter((f["path"], f["fingerprint"]) for f in review(new))
            collisions += sum(count - 1 for count in by_file.values())
            files += len({path for path, _ in by_file})
            maps = line_maps(options.repository, old, new)
            taken = collections.Counter()
            for finding in review(old):
                path, hunks = maps.get(finding["path"], (finding["path"], []))
                line = path and moved(finding["start"]["line"], hunks)
                key = (path, finding["rule"], line, finding["lines"].strip())
                # Several findings of a line keep their order.
                same = after.get(key, [])
                index = taken[key, finding["start"]["column"]] = taken[key]
                taken[key] += 1
                if line is None or index >= len(same):
                    continue
                unchanged += 1
                if same[index]["fingerprint"] == finding["fingerprint"]:
                    kept += 1
                else:
                    lost[finding["rule"]] += 1
            print(f"{old[:9]}..{new[:9]}: {kept} of {unchanged}", flush=True)
    print(f"{kept} of {unchanged} unchanged findings kept their fingerprint ({100 * kept / max(1, unchanged):.2f} %)")
    print(f"{collisions} collisions in {files} files")
    print("lost:", dict(lost.most_common(5)))


if __name__ == "__main__":
    main()
