#!/usr/bin/env python3
"""What hostile files cost: each alone and all at once, with the time, the memory, and what became of them.

More than sixty files that made some analyser crash, hang, follow a link out, or take time with the square of its input, and a
rule with 50,000 alternatives. Asks for: no crash, each file within 2 s, all within 20 s, 300 MB at most, and a word about
each file that is not reviewed.
"""

import argparse
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

BAD = "def f(x=[]):\n    return x\n"


def texts():
    """Files by name."""
    pick = random.Random(1)
    deep = 100_000
    yield "empty.py", b""
    yield "mark.py", b"\xef\xbb\xbf" + BAD.encode()
    yield "windows.py", BAD.replace("\n", "\r\n").encode()
    yield "old-mac.py", BAD.replace("\n", "\r").encode()
    yield "utf16.py", BAD.encode("utf-16")
    yield "latin1.py", b"x = '\xe9'\n"
    yield "nul.py", b"x = 1\0\n"
    yield "line.py", b"x" * 1_000_000
    yield "long-line.py", b"x = '" + b"y" * 20_000_000 + b"'\n"
    yield "random.java", pick.randbytes(100_000)
    yield "random.rs", bytes(byte | 0x81 for byte in pick.randbytes(100_000))
    words = ["if ", "else ", "for ", "{", "}", "(", ")", "class ", "def ", "fn ", "x", "1", "=", ";", ":", "\n", '"', "/*", "#", "'", "<", ">"]
    for extension in ["py", "java", "rs", "js", "ts", "tsx", "go"]:
        yield f"words.{extension}", "".join(pick.choices(words, k=100_000)).encode()
        yield f"ascii.{extension}", "".join(chr(pick.randrange(32, 127)) + ("\n" if i % 60 == 0 else "") for i in range(100_000)).encode()
        yield f"parentheses.{extension}", ("x = " + "(\n" * deep + "a" + ")\n" * deep).encode()
        yield f"opened.{extension}", ("(" * 99 + "\n").encode() * 5_000
        yield f"comments.{extension}", b"/* a # b\n" * 50_000
        yield f"unterminated.{extension}", b'x = "' + b"y = 1\n" * 100_000
        yield f"sums.{extension}", ("x = 1" + " +\n 1" * 100_000).encode()
        yield f"calls.{extension}", "".join(f"danger(a{i});\n" for i in range(40_000)).encode()
    yield "blocks.java", ("class A { void f() {" + "{\n" * deep + "}\n" * deep + "}}").encode()
    yield "ifs.rs", ("fn f() {" + "if a {\n" * deep + "}\n" * deep + "}").encode()
    yield "elifs.py", ("if a:\n  b\n" + "elif a:\n  c\n" * 50_000).encode()
    yield "suppressed.py", b"x = 1  # reviewer: ignore[python/none-comparison] -- why\n" * 15_000
    yield "directives.py", ("# reviewer: ignore[" + ",".join(f"a{i}" for i in range(10_000)) + "]\nx = 1\n").encode()
    for name in ["line\nbreak.py", "\x1b[31mred.py", "-rf.py", "\u202egnp.py", "a b.py"]:
        yield name, BAD.encode()
    yield b"latin1-\xe9.py", BAD.encode()


def make(root, outside):
    """Writes the files and traps; returns the name of each."""
    names = []
    for name, content in texts():
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content)
        names.append(path)
    with open(root / "huge.py", "wb") as file:
        file.truncate(100 << 20)
    (outside / "secret.py").write_text(BAD)
    for name, target in [
        ("out.py", outside / "secret.py"),
        ("zero.py", "/dev/zero"),
        ("loop.py", "loop.py"),
        ("dangling.py", "gone"),
        ("folder-out", outside),
        ("self", "."),
        ("to-pipe.py", "pipe.py"),
    ]:
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe.py")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(root / "socket.py"))
    traps = ["huge.py", "out.py", "zero.py", "loop.py", "dangling.py", "to-pipe.py", "pipe.py", "socket.py"]
    return names + [os.fsencode(root / trap) for trap in traps], listener


def run(reviewer, root, arguments):
    """(seconds, MB, exit code, report)"""
    command = [reviewer, "check", "--config", "pedantic", "--config", "../rules.yaml", "--no-cache", "--format", "json", *arguments]
    with tempfile.TemporaryFile() as out:
        started = time.monotonic()
        child = subprocess.Popen(command, cwd=root, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.monotonic() - started
        out.seek(0)
        text = out.read()
    code = os.waitstatus_to_exitcode(status)
    return took, usage.ru_maxrss / 1024, code, json.loads(text) if text else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewer", required=True)
    options = parser.parse_args()
    reviewer = str(pathlib.Path(options.reviewer).resolve())
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        root, outside = pathlib.Path(scratch) / "root", pathlib.Path(scratch) / "outside"
        root.mkdir()
        outside.mkdir()
        alternatives = "|".join(f"word{i}" for i in range(50_000))
        (pathlib.Path(scratch) / "rules.yaml").write_text(
            f"rules:\n- {{id: many, message: m, severity: INFO, languages: [python], pattern-regex: '{alternatives}'}}\n"
        )
        names, listener = make(root, outside)
        rows = []
        for path in names:
            took, memory, code, report = run(reviewer, root, [b"./" + os.path.basename(path)])
            name = os.path.basename(path).decode("utf-8", "backslashreplace")
            if code not in (0, 1, 2) or report is None:
                failures.append(f"{name}: exit code {code}")
                continue
            became = [s["reason"] for s in report["skipped"]] + [p["message"][:60] for p in report["problems"]]
            if not became and report["stats"]["files"] == 0:
                failures.append(f"{name}: unaccounted for")
            if took > 2:
                failures.append(f"{name}: {took:.1f} s")
            if memory > 300:
                failures.append(f"{name}: {memory:.0f} MB")
            rows.append((took, memory, name, len(report["findings"]), "; ".join(became) or "reviewed"))
        for took, memory, name, findings, became in sorted(rows, reverse=True)[:12]:
            print(f"{took:6.2f} s {memory:5.0f} MB  {name!r}: {findings} findings, {became}")
        took, memory, code, report = run(reviewer, root, ["."])
        print(f"{len(names)} files one by one: longest {max(rows)[0]:.2f} s, most memory {max(row[1] for row in rows):.0f} MB")
        print(f"all at once: {took:.2f} s, {memory:.0f} MB, exit code {code}, {len(report['findings'])} findings, {len(report['skipped'])} skipped")
        if took > 20 or memory > 300 or code not in (1, 2):
            failures.append(f"all at once: {took:.1f} s, {memory:.0f} MB, exit code {code}")
        if any("secret.py" in finding["path"] for finding in report["findings"]):
            failures.append("a file outside of the folder was reviewed")
        listener.close()
    for failure in failures:
        print("FAILED", failure)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
