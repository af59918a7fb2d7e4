"""What a browser or a forge makes of a report: its elements, its links, and the text that it would look for references in."""

import html.parser
import re

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
