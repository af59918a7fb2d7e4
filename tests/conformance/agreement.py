#!/usr/bin/env python3
"""Compares the findings of the reviewer with those of Semgrep, rules and files being the same.

    agreement.py RULES REPOSITORY --language python --reviewer target/release/reviewer --semgrep semgrep
                 [--keep FOLDER] [--differences N]

RULES is a checkout of semgrep/semgrep-rules: every search rule for the language in it is run, by both tools, over
the files of that language below REPOSITORY. A finding is a rule, a file and the line on which it starts; where only
the start differs, findings that overlap are one. Prints how many of Semgrep's findings the reviewer has, how many it
has beyond them, and what both runs took. Needs PyYAML, and
Semgrep from PyPI. With --keep, Semgrep's findings are kept in FOLDER and not asked for again.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

NAMES = {
    "python": {"python", "py", "python3"},
    "java": {"java"},
    "javascript": {"javascript", "js"},
    "typescript": {"typescript", "ts"},
    "go": {"go", "golang"},
}
EXTENSIONS = {
    "python": [".py", ".pyi"],
    "java": [".java"],
    "javascript": [".js", ".jsx", ".mjs", ".cjs"],
    "typescript": [".ts", ".tsx"],
    "go": [".go"],
}


def search_rules(root, language):
    """The search rules for the language, each with an id of its own, and for that language alone."""
    rules = []
    for path in sorted(root.rglob("*.y*ml")):
        if ".test." in path.name or ".github" in path.parts or path.name.startswith("."):
            continue
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError:
            continue
        if not isinstance(document, dict):
            continue
        for rule in document.get("rules") or []:
            if rule.get("mode", "search") != "search" or not NAMES[language] & set(rule.get("languages", [])):
                continue
            rule = {key: value for key, value in rule.items() if key not in ("metadata", "fix", "fix-regex")}
            place = path.relative_to(root).with_suffix("")
            rule["id"] = "-".join([*place.parts, rule["id"]]).replace(".", "-")
            rule["languages"] = [language]
            rules.append(rule)
    return rules


def copy_files(repository, language, folder):
    """Copies the files of the language, so that both tools see the same ones and no ignore file."""
    count = size = 0
    for path in sorted(repository.rglob("*")):
        if path.suffix in EXTENSIONS[language] and path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            lines = data.count(b"\n") + 1
            # Neither tool reviews what is generated or minified, and each has limits of its own for that.
            if len(data) > 900_000 or len(data) / lines > 300 or b"\0" in data:
                continue
            target = folder / path.relative_to(repository)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            count, size = count + 1, size + len(data)
    return count, size


def run(command, folder):
    """Standard output, seconds of CPU, seconds, and peak memory in MB."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.PIPE, env=environment)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return text, errors.decode("utf-8", "replace"), cpu, time.monotonic() - started, usage.ru_maxrss / 1024


def only_starts_differ(missing, extra):
    """Pairs of findings of one rule in one file whose lines overlap."""
    pairs = []
    for finding in sorted(missing):
        rule, path, start, end = finding
        for other in sorted(extra):
            if other[:2] == (rule, path) and other[2] <= end and start <= other[3]:
                pairs.append((finding, other))
                extra.discard(other)
                break
    return pairs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", type=pathlib.Path)
    parser.add_argument("repository", type=pathlib.Path)
    parser.add_argument("--language", required=True, choices=sorted(NAMES))
    parser.add_argument("--reviewer", required=True, type=pathlib.Path)
    parser.add_argument("--semgrep", default="semgrep")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--differences", type=int, default=40)
    arguments = parser.parse_args()
    rules = search_rules(arguments.rules, arguments.language)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        config, files = work / "rules.json", work / "files"
        config.write_text(json.dumps({"rules": rules}, default=str), encoding="utf-8")
        count, size = copy_files(arguments.repository, arguments.language, files)
        # Semgrep passes over folders with tests, unless it is told what to ignore.
        (files / ".semgrepignore").write_text("")
        print(f"{len(rules)} rules, {count} files, {size / 1e6:.1f} MB")

        reviewer = [str(arguments.reviewer.resolve()), "check", "--config", str(config), "--format", "json",
                    "--threads", "1", "."]
        text, errors, cpu, wall, peak = run(reviewer, files)
        print(f"reviewer: {cpu:.1f} s of CPU, {wall:.1f} s, {peak:.0f} MB: {' '.join(reviewer[1:])}")
        for line in [line for line in errors.split("\n") if "rule " in line or "error" in line][:10]:
            print("  " + line.strip())
        ours = {(f["rule"], f["path"], f["start"]["line"], f["end"]["line"]) for f in json.loads(text)["findings"]}

        kept = arguments.keep and arguments.keep / f"{arguments.repository.name}-{arguments.language}.json"
        if kept and kept.exists():
            theirs = {tuple(finding) for finding in json.loads(kept.read_text())["findings"]}
            print(json.loads(kept.read_text())["took"])
        else:
            semgrep = [arguments.semgrep, "scan", "--config", str(config), "--json", "--jobs", "1", "--metrics", "off",
                       "--disable-version-check", "--no-git-ignore", "--max-target-bytes", "0", "--timeout", "60", "."]
            text, errors, cpu, wall, peak = run(semgrep, files)
            took = f"semgrep: {cpu:.1f} s of CPU, {wall:.1f} s, {peak:.0f} MB: {' '.join(semgrep[1:])}"
            print(took)
            result = json.loads(text)
            theirs = {(r["check_id"].rsplit(".", 1)[-1], r["path"].removeprefix("./"), r["start"]["line"],
                       r["end"]["line"])
                      for r in result["results"]}
            for error in result["errors"][:5]:
                print("  " + str(error.get("message", error))[:160].replace("\n", " "))
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps({"took": took, "findings": sorted(theirs)}))
        starts = {finding[:3] for finding in ours}, {finding[:3] for finding in theirs}
        missing = {finding for finding in theirs if finding[:3] not in starts[0]}
        extra = {finding for finding in ours if finding[:3] not in starts[1]}
        pairs = only_starts_differ(missing, extra)
        missing -= {finding for finding, _ in pairs}
        share = 1 - len(missing) / max(len(theirs), 1)
        print(f"findings: semgrep {len(theirs)}, of which the reviewer has {100 * share:.2f} %"
              f" ({len(pairs)} of them start on another line); missing {len(missing)},"
              f" extra {len(extra)} ({100 * len(extra) / max(len(theirs), 1):.2f} %)")
        for name, findings in (("missing", missing), ("extra", extra)):
            by_rule = {}
            for rule, path, line, _ in sorted(findings):
                by_rule.setdefault(rule, []).append(f"{path}:{line}")
            for rule, places in sorted(by_rule.items(), key=lambda item: -len(item[1]))[: arguments.differences]:
                print(f"  {name} {len(places)} {rule}: {', '.join(places[:4])}")
    sys.exit(share < 0.99)


if __name__ == "__main__":
    main()
