#!/usr/bin/env python3
"""Scores the reviewer on the pattern / target pairs of semgrep/semgrep, folder tests/patterns.

    patterns.py CHECKOUT --reviewer target/release/reviewer [--language python ...] [--misses]

A pair is NAME.sgrep, a pattern, and NAME.<extension>, a target, in the folder of a language; a target without
a pattern of its own is paired with POLYGLOT/NAME.sgrep. A comment `MATCH:` or `ERROR:` in the target says that
a match starts on the next line. A pair agrees if the matches start on those lines and on no other.
Standard library only.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDERS = {
    "python": ("python", [".py"]),
    "java": ("java", [".java"]),
    "javascript": ("js", [".js", ".jsx"]),
    "typescript": ("ts", [".ts", ".tsx"]),
    "go": ("go", [".go"]),
    "rust": ("rust", [".rs"]),
}
EXPECTED = re.compile(r"(ERROR|MATCH):")


def pairs(root, language):
    """Each target of a language with its pattern."""
    folder, extensions = FOLDERS[language]
    for target in sorted((root / folder).iterdir()):
        if target.suffix not in extensions:
            continue
        for pattern in (target.with_suffix(".sgrep"), root / "POLYGLOT" / (target.stem + ".sgrep")):
            if pattern.exists():
                yield pattern, target
                break


def expected(target):
    lines = target.read_text(encoding="utf-8", errors="replace").split("\n")
    return {number + 1 for number, line in enumerate(lines, 1) if EXPECTED.search(line)}


def rule(pattern, language):
    text = pattern.read_text(encoding="utf-8")
    return json.dumps({"rules": [{
        "id": "pair", "message": "m", "severity": "ERROR", "languages": [language], "pattern": text,
    }]})


def found(reviewer, pattern, target, language):
    """The lines on which matches start, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "rule.yaml"
        config.write_text(rule(pattern, language), encoding="utf-8")
        run = subprocess.run(
            [reviewer, "check", "--config", str(config), "--format", "json", str(target)],
            capture_output=True, text=True, timeout=60,
        )
    try:
        findings = json.loads(run.stdout)["findings"]
    except (ValueError, KeyError):
        return set(), (run.stderr.strip().split("\n") or [""])[-1]
    return {finding["start"]["line"] for finding in findings}, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("--reviewer", required=True)
    parser.add_argument("--language", nargs="*", default=["python", "java", "javascript", "typescript", "go"])
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    root = arguments.checkout / "tests" / "patterns"
    low = False
    for language in arguments.language:
        agree = total = 0
        for pattern, target in pairs(root, language):
            lines, error = found(arguments.reviewer, pattern, target, language)
            wanted = expected(target)
            total += 1
            agree += lines == wanted
            if arguments.misses and lines != wanted:
                print(f"  {target.relative_to(root)} ({pattern.relative_to(root)}):"
                      f" missing {sorted(wanted - lines)}, extra {sorted(lines - wanted)} {error or ''}")
        print(f"{language}: {agree} of {total} pairs agree ({100 * agree / max(total, 1):.1f} %)")
        low |= agree < 0.95 * total
    sys.exit(low)


if __name__ == "__main__":
    main()
