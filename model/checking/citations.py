"""A draft with markers in, checked sentences with their citations out: what no passage carries is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from model.answer import Citation, Draft, Fault, Struck
from model.checking.faults import wrong
from model.checking.meaning import CLEAR, SUPPORT, Meaning, Weighed
from model.checking.statement import Statement
from model.checking.support import MARKER, QUOTE, Evidence, bare
from model.plain import LINK, plain
from model.sentences import sentences
from model.tabular.tables import has_row
from retrieval.passage import Passage
from retrieval.terms import terms

MOST = 8  # sentences that are compared with a claim by meaning
REPAIR = 0.8  # the same for a sentence without a marker, to be given one
WORDS = Meaning()  # by words alone
_SOURCES = re.compile(
    r"^[\s#*_]*(?:sources?|references|citations|quellen|belege|fuentes)[\s*_]*:?[\s*_]*$",
    re.IGNORECASE | re.M,
)
_BESIDE = re.compile(
    rf"[ \t]*{re.escape(LINK)}(?=[ \t]*(?:[\[［【]|[.!?]*[ \t]*(?:\n|\Z)))"
)  # said by no word
_BULLET = re.compile(r"\n[ \t>]*(?:([-*+•‣◦▪])|\(?(\d{1,3})[.)])[ \t]+(?:\[[ xX]\][ \t]+)?\Z")


@dataclass(frozen=True, slots=True)
class Quote:
    """What of one passage carries a claim: its place in the list, from 0, and offsets into its text."""

    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check says of one sentence; `markers` are those that point at a passage of the set."""

    fault: Fault | None = None
    what: str = ""
    markers: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def ok(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence of the draft: `text` with its new markers and the citations that come in with it.

    Where it is `dropped`, `text` is as it was written. `before` is the space, line or bullet.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    before: str = ""
    dropped: Struck | None = None


def check(sentence: str, passages: Sequence[Passage], meaning: Meaning = WORDS) -> Finding:
    """Whether the passages that `sentence` cites carry it, and where."""
    return _check(plain(sentence), [_read(p) for p in passages], meaning)


def cite(draft: Draft, passages: Sequence[Passage], meaning: Meaning = WORDS) -> Iterator[Checked]:
    """Sentences of `draft` in order; markers count by first appearance, one a passage and quoted span."""
    evidence = [_read(p) for p in passages]
    judged = [
        (before, text, _judged(text, evidence, meaning)) for before, text in _written(plain(draft.text))
    ]
    table = _Table(passages)
    seen: set[str] = set()
    kept: list[tuple[Finding, tuple[int, ...]]] = []
    for i, (before, text, finding) in enumerate(judged):
        if finding.ok and bare(text) in seen:
            judged[i] = before, text, replace(finding, fault=Fault.REPEATED)
        elif finding.ok:
            seen.add(bare(text))
            kept.append((finding, table.place(finding.quotes)))
    yield from _rendered(judged, kept, table)


def _rendered(
    judged: Sequence[tuple[str, str, Finding]],
    kept: Sequence[tuple[Finding, tuple[int, ...]]],
    table: _Table,
) -> Iterator[Checked]:
    rest = iter(kept)
    shown: set[int] = set()
    waiting = ""  # the line or bullet that a dropped sentence opened, for the next one on it
    for before, text, finding in judged:
        if "\n" not in before and waiting:
            before = waiting
        if finding.fault:
            waiting = before if "\n" in before else waiting
            yield Checked(text, dropped=Struck(text, finding.fault, finding.what))
            continue
        waiting = ""
        places = next(rest)[1]
        numbers = {q.passage + 1: place + 1 for q, place in zip(finding.quotes, places, strict=True)}
        new = tuple(table.citation(p) for p in dict.fromkeys(places) if p not in shown)
        yield Checked(_renumbered(text, numbers), new, before if shown else before.lstrip("\n "))
        shown.update(places)


class _Table:
    """The citations of one answer: groups of overlapping or adjoining quotes of one passage, in order."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._groups: list[Quote] = []
        self._last: tuple[int, ...] = ()

    def place(self, quotes: Sequence[Quote]) -> tuple[int, ...]:
        """The groups of `quotes`; that of the sentence before is widened while quotable and over no row."""
        self._last = tuple(self._of(q) for q in quotes)
        return self._last

    def _of(self, quote: Quote) -> int:
        passage = self._passages[quote.passage]
        for i, group in enumerate(self._groups):
            joined = Quote(quote.passage, min(group.start, quote.start), max(group.end, quote.end))
            gap = min(group.end, quote.end), max(group.start, quote.start)
            if group.passage == quote.passage and (
                joined == group
                or (i in self._last and joined.end - joined.start <= QUOTE and not has_row(passage, *gap))
            ):
                self._groups[i] = joined
                return i
        self._groups.append(quote)
        return len(self._groups) - 1

    def citation(self, i: int) -> Citation:
        quote = self._groups[i]
        return Citation.of(self._passages[quote.passage], i + 1, (quote.start, quote.end))


def markers(text: str) -> list[int]:
    """Numbers of the markers in `text`, in order: [1], [1][2], [1, 2], [1-3], 【1】."""
    return [n for found in MARKER.finditer(text) for n in _numbers(found)]


def _numbers(found: re.Match[str]) -> list[int]:
    inner = next(g for g in found.groups() if g)
    numbers: list[int] = []
    for part in re.split(r"\s*[,;]\s*", inner):
        first, *rest = (int(n) for n in re.split(r"\s*[–-]\s*", part))
        numbers += range(first, min(rest[-1], first + 9) + 1) if rest else [first]
    return numbers


def _check(sentence: str, evidence: Sequence[Evidence], meaning: Meaning) -> Finding:
    numbers = list(dict.fromkeys(markers(sentence)))
    valid = tuple(n for n in numbers if 1 <= n <= len(evidence))
    if not numbers:
        return Finding(Fault.UNCITED)
    if not valid:
        return Finding(Fault.FORGED, f"[{numbers[0]}]")
    return replace(
        _carried(_claim(sentence), {n - 1: evidence[n - 1] for n in valid}, SUPPORT, meaning), markers=valid
    )


@lru_cache(maxsize=256)
def _read(passage: Passage) -> Evidence:
    """A passage is read once while it keeps coming: for the extract's own check, the answer's, the next's."""
    return Evidence(passage)


def forget() -> None:
    """Passages are read anew: what is measured next has not been read before."""
    _read.cache_clear()


def _claim(sentence: str) -> str:
    return re.sub(r"\s+([.,;:!?])", r"\1", MARKER.sub(" ", sentence)).strip()


def _judged(sentence: str, evidence: Sequence[Evidence], meaning: Meaning) -> Finding:
    """The check; a sentence without a marker is given the passage that says it nearly word for word."""
    finding = _check(sentence, evidence, meaning)
    if markers(sentence):
        return finding
    repaired = [_carried(_claim(sentence), {i: e}, REPAIR, WORDS) for i, e in enumerate(evidence)]
    return next((r for r in repaired if r.ok), finding)


def _carried(claim: str, cited: dict[int, Evidence], least: float, meaning: Meaning) -> Finding:
    """Whether `cited` (place in the list -> evidence) carry `claim`, and by which spans."""
    for i, e in cited.items():
        if span := e.verbatim(claim):
            return Finding(quotes=(Quote(i, *span),))
    stated = Statement(claim)
    if not stated.content:
        return Finding(Fault.UNRELATED)
    if fault := wrong(stated, list(cited.values())):
        return Finding(*fault)
    weighed, quotes = _weighed(stated, cited, meaning)
    if meaning.bears_out(weighed, least):
        return Finding(quotes=quotes)
    return Finding(Fault.UNSUPPORTED if weighed.share else Fault.UNRELATED)


def weighed(claim: str, passages: Sequence[Passage], meaning: Meaning) -> Weighed:
    """How much of `claim` the passages have, and how like the nearest sentence is: what is fitted on."""
    return _weighed(Statement(claim), {i: _read(p) for i, p in enumerate(passages)}, meaning)[0]


def _weighed(
    stated: Statement, cited: dict[int, Evidence], meaning: Meaning
) -> tuple[Weighed, tuple[Quote, ...]]:
    """The weights, and the spans that bear the claim out if anything does."""
    wanted = stated.content
    windows = {i: found for i, e in cited.items() if (found := e.window(wanted))}
    most = max((len(covered) for _, covered in windows.values()), default=0)
    used = {i: w for i, w in windows.items() if len(w[1]) >= max(most / 3, len(wanted) / 5)} or windows
    covered = frozenset[str]().union(
        _figured(stated, cited.values()) & wanted,
        *(w[1] for w in used.values()),
        *(cited[i].about.content & wanted for i in used),
    )
    share, quotes = len(covered) / len(wanted), tuple(Quote(i, *span) for i, (span, _) in used.items())
    if share >= CLEAR and not meaning.entails:
        return Weighed(share), quotes
    some = dict.fromkeys([*quotes, *(Quote(i, *s) for i, e in cited.items() for s in e.nearest(wanted))])
    places = list(some)[:MOST]
    weighs = meaning.weigh(stated.plain, share, [cited[q.passage].said(q.start, q.end) for q in places])
    return weighs, quotes if share >= SUPPORT or weighs.best < 0 else (places[weighs.best],)


def _figured(stated: Statement, cited: Iterable[Evidence]) -> frozenset[str]:
    """The words of its figures that are there in whatever words: two weeks, where 14 days are said."""
    found = [
        figure
        for figure in stated.meant
        if any(figure.stands_in(e.around(stated.content), e.units) for e in cited)
    ]
    values = (f"={value}" for figure in found for value in figure.values)
    return frozenset(values).union(*(terms(figure.spelling) for figure in found))


def _written(text: str) -> list[tuple[str, str]]:
    """What parts each sentence from the last, and the sentence; a marker on its own joins the last."""
    text = _BESIDE.sub("", text[: found.start()] if (found := _SOURCES.search(text)) else text)
    pieces: list[tuple[str, str]] = []
    end = 0
    for start, stop in sentences(text):
        sentence = " ".join(text[start:stop].split())
        if pieces and not any(c.isalnum() for c in MARKER.sub("", sentence)):
            pieces[-1] = pieces[-1][0], f"{pieces[-1][1]} {sentence}"
        else:
            pieces.append((_layout(text[end:start]) if end else _layout("\n" + text[:start]), sentence))
        end = stop
    return pieces


def _layout(between: str) -> str:
    """White space between two sentences, reduced to what an answer needs: space, line, paragraph, bullet."""
    if "\n" not in between:
        return " " if between else ""
    if bullet := _BULLET.search(between):
        return "\n- " if bullet[1] else f"\n{bullet[2]}. "
    return "\n\n" if between.count("\n") > 1 else "\n"


def _renumbered(sentence: str, numbers: dict[int, int]) -> str:
    """`sentence` with the new numbers in the place of the old; at its end where it had none."""

    def new(found: re.Match[str]) -> str:
        fresh = dict.fromkeys(numbers[n] for n in _numbers(found) if n in numbers)
        return " " + "".join(f"[{n}]" for n in fresh) if fresh else " "

    if any(n in numbers for n in markers(sentence)):
        text = re.sub(r"\s+([.,;:!?](?:\s|$))", r"\1", re.sub(rf"\s*(?:{MARKER.pattern})", new, sentence))
    else:
        text = MARKER.sub(" ", sentence).rstrip() + " " + "".join(f"[{n}]" for n in numbers.values())
    text = re.sub(r"(\[\d+\])(?:\s*\1)+", r"\1", " ".join(text.split()))
    return _settled(text, frozenset(numbers.values()))


def _settled(text: str, allowed: frozenset[int]) -> str:
    """`text` plain and without a marker beyond `allowed`; repeated: each step makes work for the other."""
    for _ in range(12):
        before, text = (
            text,
            plain(MARKER.sub(lambda m: m[0] if allowed.issuperset(_numbers(m)) else " ", text)),
        )
        if text == before:
            break
    return text
