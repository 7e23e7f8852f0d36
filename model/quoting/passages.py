"""A passage in, its sentences and rows as they may be quoted out, and the headings that stand in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from model.checking.support import bare
from model.quoting.orders import orders
from model.quoting.traits import Said
from model.sentences import Span, sentences
from model.tabular.cells import NAMED
from model.tabular.tables import paired
from retrieval.passage import Passage
from retrieval.terms import STOP, terms, words

_ROW = re.compile(rf"\s*\|.*\||[^\n]*\t[^\n]*\t|{NAMED}")
_RULE = re.compile(r"[\s|:+=-]+")
_LINKS = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)|https?://\S+")
_LABELLED = re.compile(r"[ \t*_]*[^\W\d_][^:;|\n]{1,40}?[*_]*:[*_]* [*_]*\w[^:;|\n]*")
_FEW = 3  # words of one that says nothing without what stands above it
_HEADING = re.compile(r"^(?:#+ .*|(?=.*[A-ZÄÖÜ]{3})[^\na-zß.!?:;|]{3,60})$", re.MULTILINE)


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def said(passage: Passage) -> tuple[Said, ...]:
    """In order; a row of a table whose columns are known is read with their names. What is spoken to a model
    is none."""
    spoken = orders(passage.text)
    told = (one for one in _told(passage) if not any(a < one.end and one.start < b for a, b in spoken))
    return tuple(sorted(told, key=lambda one: one.start))


def headed(passage: Passage, at: int) -> frozenset[str]:
    """Terms of the heading in its text that a place stands below, where that has one: ADVANCES."""
    return next((said for start, said in reversed(_headings(passage)) if start < at), frozenset())


def asking(passage: Passage, after: int, at: int) -> str:
    """The heading between two places, where that asks: what comes first below it is what answers. From the
    beginning on, also the last heading that the passage stands under."""
    above = [*passage.heading[-1:]] if after == 0 else []
    above += [m[0] for m in _HEADING.finditer(passage.text, after, at)]
    return next((one for one in above[-1:] if one.rstrip(" *_").endswith("?")), "")


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def _headings(passage: Passage) -> tuple[tuple[int, frozenset[str]], ...]:
    return tuple((m.start(), frozenset(terms(m[0]))) for m in _HEADING.finditer(passage.text))


def _told(passage: Passage) -> Iterator[Said]:
    headings = {" ".join(words(h)) for h in (passage.title, *passage.heading)}
    header, rows = passage.lead, paired(passage)
    for (start, end), parts in rows.items():
        if len(parts) > 1:
            yield Said(start, end, bare("; ".join(parts)))
    for start, end in _spans(passage.text):
        if any(a <= start and end <= b for a, b in rows):
            continue
        text = passage.text[start:end]
        if _ROW.match(text) and not header:
            header = text  # the first row of a table names its columns
            if text.lstrip().startswith("|"):
                continue
        if _says_something(text, headings):
            yield Said(start, end, _readable(text))


def _spans(text: str) -> Iterator[Span]:
    """Sentences; lines that read `name: value; name: value` are rows, each by itself."""
    for start, end in sentences(text):
        lines = text[start:end].split("\n")
        if len(lines) > 1 and all(_ROW.match(line) for line in lines):
            for line in lines:
                yield start, start + len(line)
                start += len(line) + 1
        else:
            yield start, end


def _says_something(text: str, headings: set[str]) -> bool:
    """Not a heading, a rule, a list of links or a stump."""
    if text.lstrip().startswith("#") or _RULE.fullmatch(text) or (text.isupper() and text[-1] not in ".!:"):
        return False
    said = words(text)
    if " ".join(said) in headings or (_LINKS.search(text) and len(words(_LINKS.sub(" ", text))) < 3):
        return False
    if len([w for w in said if w not in STOP]) < 2:
        return _whole(text, said)
    return bool(_ROW.match(text)) or len(said) > 3 or any(c.isdigit() for c in text) or _whole(text, said)


def short(text: str) -> bool:
    """Whether it says so little that only what stands above tells of what: Six months."""
    said = words(text)
    return len(said) <= _FEW or len([word for word in said if word not in STOP]) < 2


def _whole(text: str, said: list[str]) -> bool:
    """Whether it is short and says something nevertheless: a sentence with its full stop, or what a label
    stands before. Six months. It does not expire. Owner: Kim Lund"""
    ended = text.endswith(".") and len(said) > 1 and any(word not in STOP for word in said)
    return ended or labelled(text)


def labelled(text: str) -> bool:
    """Whether it is a value behind its label."""
    return bool(_LABELLED.fullmatch(text))


def _readable(text: str) -> str:
    """The sentence as it is written in an answer: to the letter, but for markup and the bars around a row."""
    return bare(text).strip(" |\t")
