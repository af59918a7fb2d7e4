#!/usr/bin/env python3
"""Makes or updates the small repository whose hooks pre-commit builds with cargo.

    mirror.py TARGET --version 0.1.0 --source https://example.com/hone

pre-commit clones the repository that a hook comes from, for each user; this one holds next to nothing. Its crate depends
on the reviewer at the tag `vVERSION` of SOURCE, a URL or the path of a clone; its hooks are those of `.pre-commit-hooks.yaml`
that build the program, with `language: rust`. Commits in TARGET, which need not exist, and tags the commit `vVERSION`.
"""
import argparse
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

CARGO = """\
[package]
name = "reviewer-pre-commit"
version = "{version}"
edition = "2024"
license = "MIT OR Apache-2.0"
publish = false

[[bin]]
name = "reviewer"
path = "main.rs"

[dependencies]
reviewer = {{ git = "{url}", tag = "v{version}" }}

[profile.release]
lto = "thin"
codegen-units = 4
strip = true
"""

MAIN = """\
//! The reviewer, as its own crate has it.

fn main() -> std::process::ExitCode {
    reviewer::cli::main()
}
"""

README = """\
# reviewer for pre-commit

Made by `.github/mirror.py` of {url}; changes belong there.

```yaml
repos:
  - repo: URL of this repository
    rev: v{version}
    hooks:
      - id: reviewer-staged
```
"""


def hooks():
    """The hooks that build the program, with cargo in place of pip."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    blocks = text[text.index("- id:"):].split("\n\n")
    built = [block.strip() for block in blocks if "language: python" in block]
    return "\n\n".join(built).replace("language: python", "language: rust") + "\n"


def write(target, version, url):
    files = {
        "Cargo.toml": CARGO.format(version=version, url=url),
        "main.rs": MAIN,
        "README.md": README.format(version=version, url=url),
        ".pre-commit-hooks.yaml": hooks(),
        ".gitignore": "/target/\n",
    }
    for name, text in files.items():
        (target / name).write_text(text)
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        shutil.copy(ROOT / name, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--source", required=True, help="URL or path of the repository that holds the reviewer")
    args = parser.parse_args()
    source = pathlib.Path(args.source)
    url = source.resolve().as_uri() if source.exists() else args.source

    def git(*words):
        subprocess.run(["git", *words], cwd=args.target, check=True)

    args.target.mkdir(parents=True, exist_ok=True)
    if not (args.target / ".git").exists():
        git("init", "--quiet", "--initial-branch=main")
    write(args.target, args.version, url)
    git("add", "--all")
    git("commit", "--quiet", f"--message=reviewer {args.version}")
    git("tag", f"v{args.version}")


if __name__ == "__main__":
    main()
