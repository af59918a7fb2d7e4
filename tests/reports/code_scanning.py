"""SARIF: Microsoft's validator with GitHub's rules, its schema, sarif-tools, and what GitHub shows of it."""

import csv
import io
import json
import os
import re
import sys
import urllib.parse

import hostile
from page import gfm
from places import against, misplaced, run

# GitHub's limit.
MAX_TAGS = 20


def checks(path, review, folder, modules):
    """(name, problems) of every check."""
    run_ = json.loads(path.read_text(encoding="utf-8"))["runs"][0]
    results = run_["results"]
    shown = [result for result in results if not result["suppressions"]]

    def places():
        for result in shown:
            place = result["locations"][0]["physicalLocation"]
            region = place["region"]
            yield (result["ruleId"], urllib.parse.unquote(place["artifactLocation"]["uri"]),
                   {"line": region["startLine"], "column": region["startColumn"]},
                   {"line": region["endLine"], "column": region["endColumn"]})

    yield "sarif: places in UTF-16", misplaced(folder, places(), review, "utf-16-le")
    kinds = [result["suppressions"][0] for result in results if result["suppressions"]]
    reasons = [kind.get("justification") for kind in kinds]
    yield "sarif: suppressions", [] if reasons == [hostile.WORDS, None] else reasons
    hashes = [result["partialFingerprints"].get("primaryLocationLineHash", "") for result in results]
    wrong = [found for found in hashes if not re.fullmatch(r"[0-9a-f]{1,16}:\d+", found)]
    yield "sarif: partial fingerprints", wrong
    rules = {rule["id"]: rule for rule in run_["tool"]["driver"]["rules"]}
    danger = rules["hostile/danger"]
    noted = [n for n in run_["invocations"][0]["toolExecutionNotifications"] if "tags are left out" in n["message"]["text"]]
    yield "sarif: limits", [] if len(danger["properties"]["tags"]) == MAX_TAGS and noted else ["tags"]
    unsafe = [rule["helpUri"] for rule in rules.values() if not rule.get("helpUri", "https://").startswith("http")]
    yield "sarif: help addresses", unsafe
    for rule in rules.values():
        problems = gfm(rule["help"]["markdown"], links=True)
        if problems:
            yield f"sarif: help of {rule['id']}", problems
    schema = next((modules / "@microsoft").rglob("sarif-2.1.0*.json"))
    yield "sarif: its schema", against(schema, [path])
    yield "sarif: Microsoft's validator with GitHub's rules", multitool(path, folder, modules)
    table = folder / "sarif-tools.csv"
    ran = run(sys.executable, "-m", "sarif", "csv", path, "--output", table)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")))) if table.exists() else []
    wrong = [] if len(rows) == len(results) else [f"{len(rows)} rows of {len(results)}: {ran.stderr}"]
    yield "sarif: sarif-tools reads every result", wrong


def multitool(path, folder, modules):
    tool = next((modules / "@microsoft").rglob("Sarif.Multitool"))
    # npm blocks the script that would do this.
    tool.chmod(0o755)
    output = folder / "validation.sarif"
    ran = run(tool, "validate", path, "-o", output, "--log", "ForceOverwrite;Inline", "--rule-kind", "Sarif;Gh;Ghas",
              "--level", "Error", env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
    if not output.exists():
        return [ran.stdout + ran.stderr]
    # Its exit code is 0 whatever it finds.
    runs = json.loads(output.read_text(encoding="utf-8-sig"))["runs"]
    return [f"{result['ruleId']}: {result['message']}" for run in runs for result in run.get("results", [])
            if result.get("level", "warning") == "error"]
