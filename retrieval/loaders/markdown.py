"""A Markdown file in, one Document out whose text is the file's own: every offset holds in the file too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from retrieval.loaders import File
from retrieval.loaders.declared import address, audience, date
from retrieval.loaders.decoding import decode
from retrieval.passage import Block, Document, Heading

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FACT = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)")
_FOLDED = re.compile(r"[|>][-+]?")  # what YAML would go on with on the next lines
_BROKEN = re.compile(
    r"""^title[ \t]*:[ \t]*([|>][-+]?[ \t]*$|(["'])(?!.*\2[ \t]*(?:[ ]\#.*)?$).*$)""",
    re.MULTILINE | re.IGNORECASE,
)
_SHOWN = 60  # characters of what is not understood
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|!?\[([^\[\]]*)\]\[[^\[\]]*\]")
_MARKUP = re.compile(r"<[^<>]*>|[*`]+|(?<!\w)_+|_+(?!\w)")
_ANCHOR = re.compile(r"\s*\{#([\w.:-]+)[^{}]*\}$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")


def load(file: File) -> Iterator[Document]:
    text, notes = decode(file.content)
    front = _FRONT.match(text)
    said = (front.group(1) or "") if front else ""
    facts = _facts(said)
    start = front.end() if front else 0
    lines = Lines(text, start)
    hidden = [Block(0, start, "hidden")] if front else []
    headings = tuple(lines.headings)
    title = str(facts.get("title") or next((h.title for h in headings if h.level == 1), ""))
    yield replace(
        file.document(text, title),
        url=address(facts.get("url"), file.url),
        updated_at=date(facts.get("updated_at")) or date(facts.get("date")) or file.modified,
        audience=audience(facts["audience"]) if "audience" in facts else file.document("").audience,
        headings=headings,
        blocks=tuple(hidden + lines.blocks),
        notes=(*notes, *_misread(said, facts)),
    )


def _misread(front: str, facts: Mapping[str, object]) -> Iterator[str]:
    """What the front matter says that is not understood; the file's own date, and what of the title stands on
    its line, are taken for it."""
    for key in ("updated_at", "date"):
        if (given := facts.get(key)) and not date(given):
            yield f"Its {key} is no date that is read ({str(given)[:_SHOWN]}): write it as 2025-02-28."
    if broken := _BROKEN.search(front):
        given = broken[1].strip()[:_SHOWN]
        yield f"Its title is broken ({given}): write it on one line, with a quote at both ends or at none."


def _facts(front: str) -> dict[str, str | list[str]]:
    """The few facts read of a front matter: `key: value` and lists; the rest of YAML is passed over."""
    facts: dict[str, str | list[str]] = {}
    key = ""
    for line in front.split("\n"):
        if found := _FACT.fullmatch(line.rstrip()):
            key, value = found.group(1).lower(), found.group(2).split(" #")[0].strip()
            if key == "audience":
                value = value.removeprefix("[").removesuffix("]")
            facts[key] = "" if key == "title" and _FOLDED.fullmatch(value) else value.strip("\"'")
        elif key and line.strip().startswith("- "):
            held = facts[key]
            item = line.strip()[2:].strip().strip("\"'")
            facts[key] = [*held, item] if isinstance(held, list) else [held, item] if held else [item]
        elif line.strip() and not line.startswith("#") and key == "audience":
            facts[key] = [line]  # a form that is not understood: the check of audiences refuses it
    return facts


class Lines:
    """Walks the lines once and finds headings, code, tables and comments."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self._slugs: Counter[str] = Counter()
        self._comments = "-->" in text
        at, before, blank_before = start, "", True
        while at < len(text):
            end = self._end(at)
            line = text[at:end]
            after = self._block(at, end, line)
            if after:
                at, before, blank_before = after, "", True
                continue
            level = 0 if not blank_before else _underline(line, before)
            if level:
                self._heading(self._previous(at), level, before)
                self.blocks.append(Block(at, end, "hidden"))
            elif level := _hashes(line):
                self._heading(at, level, line.strip().strip("#"))
                line = ""
            blank_before, before, at = not before.strip(), "" if level else line, end + 1

    def _end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _previous(self, at: int) -> int:
        return self.text.rfind("\n", 0, at - 1) + 1

    def _block(self, at: int, end: int, line: str) -> int:
        """The offset behind a fence, table or comment that begins on this line; 0 where none does."""
        if (fence := _FENCE.match(line)) and not (fence[1][0] == "`" and "`" in fence[2]):
            return self._fence(at, end, fence[1])
        if "|" in line and _delimiter(self.text[end + 1 : self._end(end + 1)]):
            return self._table(at, end)
        if self._comments and "<!--" in line:
            return self._comment(at, line)
        return 0

    def _fence(self, at: int, end: int, mark: str) -> int:
        while end < len(self.text):
            start, end = end + 1, self._end(end + 1)
            line = self.text[start:end].strip()
            if line.startswith(mark) and not line.strip(mark[0]):
                break
        self.blocks.append(Block(at, end, "code"))
        return end + 1

    def _table(self, at: int, end: int) -> int:
        header = end + 1 - at
        end = self._end(end + 1)
        while end < len(self.text):
            after = self._end(end + 1)
            if "|" not in self.text[end + 1 : after]:
                break
            end = after
        self.blocks.append(Block(at, end, "table", header))
        return end + 1

    def _comment(self, at: int, line: str) -> int:
        """Hides the comments that begin on this line; 0 where none is, or only in code."""
        stop, first = at + len(line), at
        start = at + line.index("<!--")
        while start >= 0 and self._comments and self.text.count("`", at, start) % 2 == 0:
            end = self.text.find("-->", start + 4)
            self._comments = end >= 0
            if end < 0:
                break
            at = end + 3
            self.blocks.append(Block(start, at, "hidden"))
            stop = self._end(at) if at > stop else stop
            start = self.text.find("<!--", at, stop)
        return stop + 1 if at > first else 0

    def _heading(self, start: int, level: int, raw: str) -> None:
        raw = raw.strip()[:500]
        given = _ANCHOR.search(raw)
        plain = raw[: given.start()] if given else raw
        plain = _LINK.sub(lambda m: m[1] or m[2] or "", plain)
        title = " ".join(_MARKUP.sub("", plain).split()).replace("\\", "")
        slug = given[1] if given else self._slug(title)
        self.headings.append(Heading(start, level, title, slug))

    def _slug(self, title: str) -> str:
        """The anchor GitHub gives: lower case, spaces as hyphens, the second of a name ends in -1."""
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        self._slugs[slug] += 1
        return f"{slug}-{self._slugs[slug] - 1}" if self._slugs[slug] > 1 else slug


def _hashes(line: str) -> int:
    """The level of a heading that begins with number signs; 0 where the line is none."""
    text = line.lstrip(" ")
    level = len(text) - len(text.lstrip("#"))
    fits = 1 <= level <= 6 and len(line) - len(text) < 4 and text[level : level + 1] in (" ", "\t", "")
    return level if fits else 0


def _underline(line: str, before: str) -> int:
    """The level of a heading that this line underlines; 0 where it underlines none."""
    mark = line.strip()
    if len(mark) < 2 or not before.strip() or before.lstrip()[0] in "-*+>|#<" or before.startswith("    "):
        return 0
    return 1 if not mark.strip("=") else 2 if not mark.strip("-") else 0


def _delimiter(line: str) -> bool:
    return "-" in line and "|" in line and not line.strip("|:- \t")
