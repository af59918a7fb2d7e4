"""The checks of each format, by programs that are not ours where there are any."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as xml
from collections import Counter

import cmarkgfm
import jsonschema
import junitparser
from cmarkgfm.cmark import Options

import hostile
from page import Page

# Rule files whose form is wrong; what is wrong with the others a schema cannot see.
REFUSED_RULES = ["an-unknown-top-level-key", "an-unknown-operator", "an-unknown-mode", "an-unknown-analyzer", "no-id",
                 "no-languages", "no-severity", "no-pattern", "a-bad-severity", "two-patterns-side-by-side",
                 "a-match-with-two-patterns", "an-empty-either", "an-empty-list", "a-type-and-types", "a-base-that-is-none",
                 "a-name-that-is-no-metavariable", "a-fix-without-a-replacement", "a-list-for-a-text"]
# GitHub's limits.
SHOWN_ANNOTATIONS, MAX_TAGS, MAX_COMMENT = 10, 20, 65_536
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


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def against(schema, documents):
    """The complaints of check-jsonschema, which reads YAML too."""
    ran = run(sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *documents)
    return [] if ran.returncode == 0 else [ran.stdout + ran.stderr]


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


def code(folder, path, start, end, encoding):
    """The text between two positions, whose columns count units of an encoding."""
    lines = (folder / path).read_bytes().decode().split("\n")
    unit = len("x".encode(encoding))
    first, last = start["line"] - 1, end["line"] - 1

    def part(line, begin, stop):
        data = lines[line].encode(encoding)[begin * unit:None if stop is None else stop * unit]
        return data.decode(encoding)

    if first == last:
        return part(first, start["column"] - 1, end["column"] - 1)
    middle = lines[first + 1:last]
    return "\n".join([part(first, start["column"] - 1, None), *middle, part(last, 0, end["column"] - 1)])


def misplaced(folder, places, review, encoding):
    """Places whose code is not that of our JSON's bytes."""
    ours = {}
    for finding in review["findings"]:
        start, end = finding["bytes"]
        text = (folder / finding["path"]).read_bytes()[start:end].decode()
        ours.setdefault((finding["rule"], finding["path"]), []).append(text)
    theirs = {}
    for rule, path, start, end in places:
        theirs.setdefault((rule, path), []).append(code(folder, path, start, end, encoding))
    return [f"{key}: {theirs.get(key)} is not {text}" for key, text in ours.items() if theirs.get(key) != text]


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


def sarif(path, review, folder, modules):
    """SARIF by Microsoft's validator with GitHub's rules, its schema, and sarif-tools."""
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


def gfm(text, links=False):
    """What GitHub's parser makes of Markdown, with raw HTML left in, that is not ours."""
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    page = Page(cmarkgfm.markdown_to_html_with_extensions(text, Options.CMARK_OPT_UNSAFE, extensions))
    allowed = ["h3", "h4", "p", "strong", "code", "pre", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr",
               "th", "td"]
    addresses = re.findall(r"^- <(https?://[^>]*)>$", text, re.M) if links else []
    return page.problems(allowed + ["a"] * links, addresses)


def markdown(path, review):
    text = path.read_text(encoding="utf-8")
    yield from gfm(text)
    if len(text) > MAX_COMMENT:
        yield f"{len(text)} characters"
    if "The review is incomplete" not in text or "more: see the other reports" not in text:
        yield "does not say what is left out"


def html(path, review):
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    allowed = ["html", "head", "meta", "title", "style", "script", "body", "header", "main", "footer", "section", "article",
               "h1", "h2", "h3", "p", "ul", "li", "strong", "span", "code", "pre", "mark", "details", "summary", "form",
               "fieldset", "legend", "label", "select", "option", "input", "output", "table", "thead", "tbody", "tr", "th",
               "td"]
    yield from (problem for problem in page.problems(allowed) if not problem.startswith("a reference"))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.content[tag].encode()).digest()).decode()
        if len(page.all(tag)) != 1 or f"{tag}-src 'sha256-{digest}'" not in policy:
            yield f"the policy does not name the one <{tag}>"
    if len(page.all("article")) != len(review["findings"]) or not policy.startswith("default-src 'none'"):
        yield f"{len(page.all('article'))} articles; {policy}"
    browser = shutil.which("chromium")
    if browser:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]
        drawn = run(*command, path.as_uri(), timeout=120).stdout
        n = len(review["findings"])
        if f"{n} of {n} shown" not in drawn:
            yield f"in Chromium, the filters do not count {n} findings"


def checks(paths, review, folder, modules):
    """(name, problems) of every check."""
    yield "jsonl: the same as json", jsonl(paths["jsonl"], review)
    yield from sarif(paths["sarif"], review, folder, modules)
    yield "github: commands", github(paths["github"], review)
    yield "gitlab: what GitLab documents", gitlab(paths["gitlab"], review)
    yield "junit: junitparser", junit(paths["junit"], review)
    yield "checkstyle: its fields", checkstyle(paths["checkstyle"], review)
    yield from rdjson(paths["rdjson"], review, folder, modules)
    yield "markdown: GitHub's parser", markdown(paths["markdown"], review)
    yield "html: elements, policy, browser", html(paths["html"], review)
