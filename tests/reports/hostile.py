"""A folder of sources and rules whose every text tries to be more than text in some report."""

import json
import os

# What a forge, a viewer or a terminal could take for a mention, a reference, a picture, a link, a command, an end.
WORDS = ("@team #1 GH-2 owner/repo#3 deadbeefdeadbeef www.example.org https://example.org/x user@example.org --> ]]> "
         "<img src=x onerror=alert(1)> <script>alert(1)</script> </code></pre> ![i](https://example.org/i.png) "
         "[c](javascript:alert(1)) [d](1) `tick` ``two`` $x$ | *b* _i_ ~s~ &lt; {0} %0A%0A::error::forged 𐐀é")
ACTIVE = "\u202eabc\u2066\u200b\x1b[31m\x9b31m\ufffe\uffff"
ADDRESS = "https://example.com/ours"
FENCES = "```\n````suggestion\nforged()\n````\n~~~\n@team\n"

RULES = {
    "danger": {
        "id": "hostile/danger",
        "title": WORDS,
        "severity": "WARNING",
        "languages": ["python"],
        "message": f"Bad $X: {WORDS}",
        "pattern": "danger($X)",
        "fix": f"safe($X, '{FENCES}')",
        "metadata": {
            "category": "security",
            "cwe": [f"CWE-{number}" for number in range(1, 23)],
            "references": ["javascript:alert(1)", "https://example.com/> <img src=x>", ADDRESS],
            "why": WORDS,
            "help": WORDS,
        },
    },
    "error": {"id": "hostile/error", "severity": "ERROR", "languages": ["python"], "message": "m", "pattern": "error(...)"},
    "info": {"id": "hostile/info", "severity": "INFO", "languages": ["python"], "message": "m", "pattern": "info(...)"},
    "broken": {"id": "hostile/broken", "severity": "ERROR", "languages": ["python"], "message": "m", "patern": "f()"},
}

NAMES = ["@team.py", "a,b:c%0A.py", "<img src=x>.py", "`tick`.py", "new\nline.py", "esc\x1b[31m.py", "é 𐐀 #1.py",
         "-->.py", "[c](javascript:alert(1)).py", "\u202egnp.py"]
SKIPPED = {"binary.py": b"x = '\x00'\n", "latin.py": b"x = '\xe9'\n"}


def write(folder):
    """Writes `sources` and `rules` below `folder`."""
    rules, sources = folder / "rules", folder / "sources"
    for made in (rules, sources):
        made.mkdir()
    for name, rule in RULES.items():
        # JSON is YAML.
        (rules / f"{name}.yaml").write_text(f"rules: [{json.dumps(rule, ensure_ascii=False)}]\n", encoding="utf-8")
    literal = f"'{WORDS}'"
    for name in NAMES:
        with open(os.path.join(sources, name), "w", encoding="utf-8", newline="") as file:
            file.write(f"é = '𐐀'; danger({literal})\ndef f():\n    danger('''{FENCES}''')\n")
    many = "".join(f"{call}({number})\n" for call in ("error", "info", "danger") for number in range(30))
    texts = {
        "many.py": many,
        "same.py": many,
        "active.py": f"danger('{ACTIVE}')\r\n",
        "hidden.py": f"danger(1)  # reviewer: ignore[hostile/danger] -- {WORDS}\ndanger(2)  # nosemgrep: hostile/danger\n",
        "syntax.py": "danger(1)\ndef (:\n",
        "clean.py": "x = 1\n",
    }
    for name, text in texts.items():
        (sources / name).write_bytes(text.encode())
    for name, data in SKIPPED.items():
        (sources / name).write_bytes(data)
    (sources / "link.py").symlink_to("clean.py")
