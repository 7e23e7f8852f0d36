"""Text in, sentence spans out: `text[start:end]` is one sentence, list item, heading or table row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Span = tuple[int, int]

_LINE = re.compile(r"[^\n\r\f\v\u2028\u2029]+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# What begins a line without being part of its sentence: quote signs, bullets, list numbers, heading signs.
_LEAD = re.compile(
    r"[ \t>]*(?:#{1,6}[ \t]+|(?:[-*+•‣◦▪–—·][ \t]+|\(?(?:\d{1,3}[.)]|[a-zA-Z]\))[ \t]+)(?:\[[ xX]\][ \t]+)?)?"
)
_ROW = re.compile(r"[ \t]*\||.*(?:[ \t]\|[ \t]|\t\S.*\t)|[^:;\n]{1,60}: [^;\n]*; [^:;\n]{1,60}: ")
# A full stop with what closes and what cites after it; scripts without spaces between sentences need none.
_CITED = r"(?:[ \t]?(?:\[\d{1,3}(?:\s*,\s*\d{1,3})*\]|【[^】\n]{1,20}】))*+"
_STOP = re.compile(
    rf"(?<![.!?…])(?:[.!?…]++|[؟۔।॥])[\"'”’»)\]*_]*+{_CITED}(?=\s)|[。！？｡]++[」』）”’》】]*+{_CITED}"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘«]*\Z")
_GERMAN_MONTH = re.compile(
    r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Stock|Etage|Klasse|Oktober)", re.UNICODE
)
# Never end a sentence.
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof st mt messrs rev hon gen col sgt capt lt e.g i.e eg ie cf vs viz resp approx incl
    excl max min avg std ext tel dept est al ca z.b d.h u.a o.ä i.d.r s.o s.u v.a bzw ggf evtl inkl
    exkl zzgl vgl sog geb p.ex mme mlle sr sra srta ud uds hr fr""".split()
)
# End one unless a number follows: "No. 5", "Fig. 2", "Jan. 3", "S. 12".
_BEFORE_NUMBERS = frozenset(
    """no nos nr fig figs eq sec sect art ch chap par para vol p pp s abs ziff kap tab ref v ver
    jan feb mar apr jun jul aug sep sept oct nov dec okt dez""".split()
)
_KEPT = 20_000  # characters of a text whose sentences are remembered: of passages, and not of whole documents
_LONG = 50  # characters from which a line without a full stop is taken to go on in the next one


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of `text`, in order, disjoint, each with a letter or digit in it."""
    return list(_remembered(text) if len(text) <= _KEPT else _spans(text))


@lru_cache(maxsize=256)  # each step that an answer goes through asks it of the same passages
def _remembered(text: str) -> tuple[Span, ...]:
    return tuple(_spans(text))


def _spans(text: str) -> list[Span]:
    return [
        span
        for start, end in _blocks(text)
        for span in _split(text, start, end)
        if any(c.isalnum() for c in text[span[0] : span[1]])
    ]


def _blocks(text: str) -> Iterator[Span]:
    """Runs of lines that read as one paragraph; a heading, list item, row or line of code stands alone."""
    start = end = -1
    fenced = whole = False
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        if _FENCE.match(line[0]):
            fenced = not fenced
            if start >= 0:
                yield start, end
            start = -1
            continue
        alone = fenced or bool(_ROW.match(line[0])) or line[0].lstrip(" \t>").startswith("#")
        if start >= 0 and (alone or whole or not _goes_on(text, start, end, line)):
            yield start, end
            start = -1
        if start < 0:
            start = line.start() + (0 if fenced else len(_lead(line[0])))
        end, whole = line.end(), alone
    if start >= 0:
        yield start, end


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""


def _goes_on(text: str, start: int, end: int, line: re.Match[str]) -> bool:
    """Whether `line` continues the paragraph that ends at `end`: wrapped prose does, a title does not."""
    between = text[end : line.start()]
    if between.count("\n") > 1 or "\f" in between or _lead(line[0]).strip(" \t>"):
        return False
    before, after = text[max(start, end - 2 * _LONG) : end].rstrip(), line[0].lstrip(" \t>")
    last_line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    if before[-1:] in ",-–—(/" or after[:1].islower():
        return True
    if before[-1:] in ":;|":
        return False
    wide = sum(2 if c > "\u2e7f" else 1 for c in last_line)
    return wide >= _LONG


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and not _ends(text, stop, at, end):
            continue
        yield from _trimmed(text, at, stop.end())
        at = stop.end()
    yield from _trimmed(text, at, end)


def _ends(text: str, stop: re.Match[str], at: int, end: int) -> bool:
    """Whether the full stop `stop` ends a sentence, by the word before and the character after it."""
    if stop[0][0] not in ".…!?":
        return True
    after = text[stop.end() : min(end, stop.end() + 40)].lstrip()
    if not after:
        return True
    found = _WORD_BEFORE.search(text, max(at, stop.start() - 40), stop.start())
    word = (found[0] if found else "").casefold().lstrip("([*_")
    if stop[0][0] != ".":
        return not after[0].islower()
    if stop[0].startswith(".."):
        return not after[0].islower()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    if word in _BEFORE_NUMBERS and after[0].isdigit():
        return False
    if word.isdigit() and len(word) <= 2 and _GERMAN_MONTH.match(after):
        return False
    if after[0].islower():  # "etc. and", "5 p.m. on"; but a long word ends a sentence of careless writing too
        return "." not in word and len(word) > 4 and word.isalpha()
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
