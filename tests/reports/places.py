"""Running programs, and the code that a report's places stand for."""

import subprocess
import sys


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def against(schema, documents):
    """The complaints of check-jsonschema, which reads YAML too."""
    ran = run(sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *documents)
    return [] if ran.returncode == 0 else [ran.stdout + ran.stderr]


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
