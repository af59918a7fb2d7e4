"""What a browser or a forge makes of a report: its elements, its links, and the text that it would look for references in."""

import base64
import hashlib
import html.parser
import re
import shutil

import cmarkgfm
from cmarkgfm.cmark import Options

from places import run

# Elements without an end.
VOID = {"meta", "input", "br", "hr", "img", "link"}
# GitHub and GitLab look for references outside of these.
QUIET = {"code", "pre", "a", "script", "style"}
REFERENCE = re.compile(
    r"(?<![\w`])@\w|(?<!\w)[#!]\d|\bGH-\d|\b[0-9a-f]{7,40}\b|https?://|\bwww\.|\w@\w+\.\w|[\u202a-\u202e\u2066-\u2069]")


class Page(html.parser.HTMLParser):
    """Reads a page: `tags` with their attributes, `text` in which references count."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open, self.broken = [], [], [], []
        self.content = {}
        self.feed(text)
        self.close()
        self.broken += [f"<{tag}> has no end" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append(f"</{tag}> ends something else")

    def handle_data(self, data):
        if self.open:
            self.content[self.open[-1]] = self.content.get(self.open[-1], "") + data
        if not QUIET.intersection(self.open):
            self.text.append(data)

    def all(self, tag):
        """The attributes of every element of that name."""
        return [attributes for name, attributes in self.tags if name == tag]

    def problems(self, allowed, addresses=()):
        """What is there that is not ours: other elements, links, handlers, references."""
        found = list(self.broken)
        found += sorted({f"<{tag}>" for tag, _ in self.tags} - {f"<{tag}>" for tag in allowed})
        for tag, attributes in self.tags:
            for name, value in attributes.items():
                if name.startswith("on") or (name in ("href", "src", "action") and value not in addresses):
                    found.append(f"<{tag} {name}={value!r}>")
        found += [f"a reference in {text!r}" for text in self.text if REFERENCE.search(text)]
        return found


# A comment on GitHub has at most this many characters.
MAX_COMMENT = 65_536


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
