"""Slack's notation in, what a person reads out: names for ids, plain words, code apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from retrieval.loaders.decoding import clean

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.S)
_TOKEN = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>")
_STYLES = {m: re.compile(rf"(?<![\w\{m}])\{m}(?=\S)([^\{m}\n]+)(?<=\S)\{m}(?![\w\{m}])") for m in "*_~"}
_HOLE = "\x00"  # stands for a token while styles are taken off; no text has it after `clean`
_SCHEME = re.compile(r"^https?://(?:www\.)?")
_BLANK = re.compile(r"\n{3,}")


class Names(Protocol):
    """What ids are called. Where a name is not known, or not everybody may know it, it is empty."""

    def user(self, id: str) -> str: ...

    def bot(self, id: str) -> bool:
        """Whether the user is an app."""
        ...

    def channel(self, id: str) -> str: ...

    def group(self, id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Text, and the spans of it that are code."""

    text: str
    code: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: Words) -> Words:
        """One below the other, an empty one left out."""
        if not (self.text and other.text):
            return self if self.text else other
        by = len(self.text) + 1
        moved = tuple((start + by, end + by) for start, end in other.code)
        return Words(f"{self.text}\n{other.text}", self.code + moved)


def words(source: str, names: Names) -> Words:
    """The text of a message as it is shown."""
    found = Words("")
    for at, part in enumerate(_FENCE.split(clean(source).replace(_HOLE, " "))):
        found += code(_literal(part)) if at % 2 else Words(_prose(part, names))
    return found


def code(text: str) -> Words:
    """Text that is code as a whole."""
    text = text.strip("\n")
    return Words(text, ((0, len(text)),) if text.strip() else ())


def _prose(source: str, names: Names) -> str:
    tokens = [
        _literal(inline) if inline else _markup(inner, names) for inline, inner in _TOKEN.findall(source)
    ]
    text = _TOKEN.sub(_HOLE, source)
    for mark, style in _STYLES.items():
        text = style.sub(r"\1", text) if mark in text else text
    between = [_unescaped(part) for part in text.split(_HOLE)]
    whole = between[0] + "".join(token + part for token, part in zip(tokens, between[1:], strict=True))
    return _BLANK.sub("\n\n", whole).strip()


def _literal(source: str) -> str:
    """Code: links in it are their label, or the address as it was typed."""
    return _unescaped(re.sub(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>", lambda m: m[2] or m[1], source))


def _markup(inner: str, names: Names) -> str:
    target, _, label = inner.partition("|")
    label = _unescaped(label)
    if target.startswith("@"):
        return "@" + (names.user(target[1:]) or label.lstrip("@") or "someone")
    if target.startswith("#"):
        name = names.channel(target[1:])  # the label beside it may be that of a private channel
        return f"#{name}" if name else "a private channel"
    if target.startswith("!"):
        return _special(target[1:], label, names)
    address = _unescaped(target).removeprefix("mailto:").removeprefix("tel:")
    same = not label or _SCHEME.sub("", label).rstrip("/") == _SCHEME.sub("", address).rstrip("/")
    return address if same else f"{label} ({address})"


def _special(target: str, label: str, names: Names) -> str:
    kind, _, rest = target.partition("^")
    if kind == "subteam":
        return "@" + (names.group(rest) or label.lstrip("@") or "group")
    return label or (rest if kind == "date" else f"@{kind}")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
