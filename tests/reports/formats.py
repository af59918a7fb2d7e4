"""The checks of each format, by programs that are not ours where there are any."""

import json
import re
import urllib.parse
import xml.etree.ElementTree as xml
from collections import Counter

import jsonschema
import junitparser

import code_scanning
import hostile
import page
from places import misplaced, run

# GitHub shows this many annotations of a kind.
SHOWN_ANNOTATIONS = 10
# What GitLab documents of a Code Quality report; it keeps one issue of those with the same fingerprint.
GITLAB_ISSUE = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string"},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string"},
                "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
            },
        },
    },
}



def whole(review):
    """The report in our JSON has what the sources hold."""
    expected = {"hostile/error": 60, "hostile/info": 60, "hostile/danger": 60 + 2 * len(hostile.NAMES) + 2}
    found = Counter(finding["rule"] for finding in review["findings"])
    yield from (f"{rule}: {found[rule]} findings, expected {n}" for rule, n in expected.items() if found[rule] != n)
    if len(review["suppressed"]) != 2 or review["suppressed"][0]["reason"] is None:
        yield f"suppressed: {len(review['suppressed'])}, expected 2, the first with a reason"
    if review["complete"] or len(review["skipped"]) != 3 or len(review["files"]) != review["stats"]["files"]:
        yield "complete, skipped or files"
    counts = {count["rule"]: count for count in review["statistics"]}
    if any(count["findings"] != found[rule] for rule, count in counts.items()):
        yield "statistics do not count the findings"
    if counts["hostile/danger"]["fixable"] != found["hostile/danger"]:
        yield "statistics do not count the fixes"


def jsonl(path, review):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kinds = Counter(line["type"] for line in lines)
    expected = {"finding": len(review["findings"]), "suppressed": len(review["suppressed"]), "problem": 1, "skipped": 3,
                "file": len(review["files"]), "summary": 1}
    if kinds != expected:
        yield f"{kinds} is not {expected}"
    if lines[-1]["type"] != "summary" or lines[-1]["complete"] is not False:
        yield "the last line is no summary of an incomplete review"
    findings = [{key: value for key, value in line.items() if key != "type"} for line in lines if line["type"] == "finding"]
    if findings != review["findings"]:
        yield "the findings are not those of the JSON report"


def github(path, review):
    """Each line is one command, of which no text is another."""
    form = re.compile(r"::(error|warning|notice) ((?:\w+=[^:,]*)(?:,\w+=[^:,]*)*)::(.*)")
    matches = [form.fullmatch(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    if not all(matches):
        yield "a line that is no command"
        return
    kinds = Counter(match[1] for match in matches)
    yield from (f"{n} of {kind}" for kind, n in kinds.items() if n > SHOWN_ANNOTATIONS)
    known = {re.sub("[^ -~]", "?", finding["path"]) for finding in review["findings"]}
    for match in matches:
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        file = urllib.parse.unquote(properties.get("file", ""))
        if file and re.sub("[^ -~]", "?", file) not in known and "?" not in file:
            yield f"{file} is no file of the review"
    left = len(review["findings"]) + 4 - (len(matches) - 1)
    if f"{left} more annotations are left out" not in matches[-1][3]:
        yield f"the last one does not say that {left} are left out: {matches[-1][3]}"


def gitlab(path, review):
    issues = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator({"type": "array", "items": GITLAB_ISSUE})
    yield from (error.message for error in validator.iter_errors(issues))
    repeated = [n for n in Counter(issue["fingerprint"] for issue in issues).values() if n > 1]
    if repeated or len(issues) != len(review["findings"]) + 4:
        yield f"{len(issues)} issues, {len(repeated)} fingerprints more than once"


def junit(path, review):
    suites = junitparser.JUnitXml.fromfile(str(path))
    kinds = Counter(type(result).__name__ for suite in suites for case in suite for result in case.result)
    expected = {"Failure": len(review["findings"]), "Error": 1, "Skipped": 3 + len(review["suppressed"])}
    if kinds != expected:
        yield f"{kinds} is not {expected}"
    counted = Counter(Failure=sum(s.failures for s in suites), Error=sum(s.errors for s in suites),
                      Skipped=sum(s.skipped for s in suites))
    if counted != expected:
        yield f"its own counts are {counted}"


def checkstyle(path, review):
    root = xml.parse(path).getroot()
    entries = [entry for file in root.iter("file") for entry in file]
    if root.tag != "checkstyle" or len(entries) != len(review["findings"]) + 4:
        yield f"{len(entries)} entries in <{root.tag}>"
    for entry in entries:
        fields = {"line", "column", "severity", "message", "source"}
        if entry.tag != "error" or set(entry.attrib) != fields or int(entry.get("line")) < 1:
            yield f"{entry.tag} {entry.attrib}"
        if entry.get("severity") not in ("error", "warning", "info"):
            yield entry.get("severity")


def rdjson(path, review, folder, modules):
    tool = modules / "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js"
    ran = run("node", tool, "--strict", "--no-extra-fields", path)
    yield "rdjson: its validator", [] if ran.returncode == 0 else [ran.stdout + ran.stderr]
    diagnostics = json.loads(path.read_text(encoding="utf-8"))["diagnostics"]
    found = [d for d in diagnostics if "range" in d["location"]]

    def place(diagnostic):
        extent = diagnostic["location"]["range"]
        return diagnostic["code"]["value"], diagnostic["location"]["path"], extent["start"], extent["end"]

    yield "rdjson: places in UTF-8", misplaced(folder, map(place, found), review, "utf-8")
    fixes = [finding["fix"]["text"] for finding in review["findings"] if finding["fix"]]
    theirs = [suggestion["text"] for d in found for suggestion in d["suggestions"]]
    yield "rdjson: suggestions", [] if theirs == fixes else [f"{len(theirs)} of {len(fixes)}"]


def checks(paths, review, folder, modules):
    """(name, problems) of every check."""
    yield "jsonl: the same as json", jsonl(paths["jsonl"], review)
    yield from code_scanning.checks(paths["sarif"], review, folder, modules)
    yield "github: commands", github(paths["github"], review)
    yield "gitlab: what GitLab documents", gitlab(paths["gitlab"], review)
    yield "junit: junitparser", junit(paths["junit"], review)
    yield "checkstyle: its fields", checkstyle(paths["checkstyle"], review)
    yield from rdjson(paths["rdjson"], review, folder, modules)
    yield "markdown: GitHub's parser", page.markdown(paths["markdown"], review)
    yield "html: elements, policy, browser", page.html(paths["html"], review)
