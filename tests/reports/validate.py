#!/usr/bin/env python3
"""Every report format, made from hostile sources and rules, read by programs that are not ours; and our own schemas.

    python3 -m venv V && V/bin/pip install check-jsonschema==0.39.0 cmarkgfm==2025.10.22 junitparser==5.0.3 sarif-tools==3.0.5
    npm install --prefix N @microsoft/sarif-multitool-linux@5.7.0 @umbrelladocs/rdformat-validator@1.0.1
    V/bin/python tests/reports/validate.py --reviewer target/release/reviewer --node-modules N/node_modules

Prints a line for each check, and exits with 1 where one fails. With Chromium, the HTML page is opened in it too.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import formats
import hostile
from places import against

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"text": "txt", "concise": "txt", "json": "json", "jsonl": "jsonl", "sarif": "sarif", "github": "txt",
           "gitlab": "json", "junit": "xml", "checkstyle": "xml", "rdjson": "json", "markdown": "md", "html": "html"}
# What a terminal, a viewer or a log would obey; line breaks and tabs are for the format.
ACTIVE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# Rule files whose form is wrong; what is wrong with the others a schema cannot see.
REFUSED_RULES = ["an-unknown-top-level-key", "an-unknown-operator", "an-unknown-mode", "an-unknown-analyzer", "no-id",
                 "no-languages", "no-severity", "no-pattern", "a-bad-severity", "two-patterns-side-by-side",
                 "a-match-with-two-patterns", "an-empty-either", "an-empty-list", "a-type-and-types", "a-base-that-is-none",
                 "a-name-that-is-no-metavariable", "a-fix-without-a-replacement", "a-list-for-a-text",
                 "taint-without-sinks", "a-use-that-says-more", "a-source-of-another-mode"]


class Checks:
    """Counts what fails."""

    def __init__(self):
        self.failed = 0

    def __call__(self, name, problems):
        """A check passes where there is no problem."""
        problems = list(problems)
        print(f"{'FAILED' if problems else 'ok    '}  {name}")
        for problem in problems[:10]:
            print(f"        {str(problem)[:400]}")
        self.failed += bool(problems)


def reports(reviewer, folder):
    """One run that writes every format: {format: path}."""
    hostile.write(folder)
    paths = {name: folder / f"report-{name}.{extension}" for name, extension in FORMATS.items()}
    outputs = [f"--output={name}:{path}" for name, path in paths.items()]
    # The built-in rules are described too.
    command = [reviewer, "check", "sources", "--config", "rules", "--config", "pedantic", "--statistics", "--show-files"]
    ran = subprocess.run(command + outputs, cwd=folder, capture_output=True, text=True)
    if ran.returncode != 2:
        sys.exit(f"expected exit code 2, for the broken rule: {ran.returncode}\n{ran.stderr}")
    return paths


def said(name, text, review):
    """Whatever was not done is in every format, and nothing active."""
    wanted = ["unknown key"]
    # GitHub shows ten annotations of a kind: the last one says how many are left out.
    wanted += ["annotations are left out"] if name == "github" else hostile.SKIPPED
    yield from (f"does not say: {words}" for words in wanted if words not in text)
    yield from (f"holds {match!r}" for match in sorted(set(ACTIVE.findall(text))))
    if name not in ("github", "markdown"):
        missing = [finding for finding in review["findings"] if finding["rule"] not in text]
        yield from (f"misses {finding['rule']}" for finding in missing)


def schemas(reviewer, folder, check, json_report):
    """Our schemas, by check-jsonschema: the report, and every rule that ships."""
    for document in ("json", "rule"):
        text = subprocess.run([reviewer, "schema", document], check=True, capture_output=True, text=True).stdout
        (folder / f"{document}.schema.json").write_text(text)
    check("json: its schema", against(folder / "json.schema.json", [json_report]))
    others = {"profile", "models"}
    rules = [path for path in sorted((ROOT / "rules").rglob("*.yaml")) if not others & set(path.parts)]
    check(f"rule schema: takes the {len(rules)} built-in rules", against(folder / "rule.schema.json", rules))
    for name in REFUSED_RULES:
        broken = ROOT / "tests/review/broken" / f"{name}.yaml"
        taken = not against(folder / "rule.schema.json", [broken])
        check(f"rule schema: refuses {name}", ["taken"] if taken else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reviewer", type=Path, required=True)
    parser.add_argument("--node-modules", type=Path, required=True)
    arguments = parser.parse_args()
    reviewer, modules = arguments.reviewer.resolve(), arguments.node_modules.resolve()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = reports(reviewer, folder)
        review = json.loads(paths["json"].read_text(encoding="utf-8"))
        check("json: has all of it", formats.whole(review))
        for name, path in paths.items():
            check(f"{name}: what was not done, nothing active", said(name, path.read_bytes().decode(), review))
        schemas(reviewer, folder, check, paths["json"])
        for name, problems in formats.checks(paths, review, folder, modules):
            check(name, problems)
    sys.exit(bool(check.failed))


if __name__ == "__main__":
    main()
