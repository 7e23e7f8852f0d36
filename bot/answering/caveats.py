"""A question and what was quoted for it in, what a reader should know about that out, as sentences."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.phrases import say
from model.answer import Citation
from model.checking.citations import markers
from model.checking.periods import another_year, then, told
from model.checking.support import MARKER, bare
from model.learning.verified import signed
from model.quoting.kinds import reasoned
from model.quoting.limits import Amount, amounts, rules
from model.quoting.lists import listed, part_of, several, wanted
from model.quoting.parts import parts, untold
from model.quoting.things import foreign, meant, unnamed
from model.sentences import sentences
from model.tabular.differences import undiffered
from retrieval.passage import Embedder, Passage

_WHY = re.compile(  # of what was told, and nothing else
    r"\W*(?:(?:and|but|und|aber) )?(?:why|how come|warum|wieso|weshalb)"
    r"(?: (?:not|nicht|so|is that|that|ist das)){0,2}\W*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is quoted, and the passages that it was looked for in; `under`: the headings that what is quoted
    stands below, and which say what it is about. An `embedder` knows one thing by two words."""

    quoted: Sequence[str]
    passages: Sequence[Passage]
    under: Sequence[str] = ()
    embedder: Embedder | None = None

    @property
    def about(self) -> tuple[str, ...]:
        return (*self.quoted, *self.under)

    def unnamed(self, question: str) -> list[str]:
        """What the question names and nothing does that was found."""
        if foreign(question, self.quoted, self.passages):
            return []
        lines = parts(question) or [question]
        things = [one for line in lines for one in unnamed(line, self.passages, self.about)]
        known = meant(things, self.about, self.embedder) if things and self.embedder else []
        return [one for one in dict.fromkeys(things) if one not in known]


def caveats(question: str, told: Told, locale: str) -> Iterator[str]:
    """Where it is about something else than is asked, or may not be all of what is."""
    quoted, passages = told.quoted, told.passages
    if untold(question, told.about):
        yield from unanswered(untold(question, (*told.about, *_asked_before(quoted, passages))), locale)
    if things := told.unnamed(question):
        said = ", ".join(say("unnamed_thing", locale, thing=thing) for thing in things)
        yield say("unnamed", locale, things=said)
    for much in beyond(question, quoted):
        yield say("limit_beyond", locale, asked=much.spelling)
    if _WHY.match(question.rpartition("\n")[2]) and not any(map(reasoned, quoted)):
        yield say("no_reason", locale)
    if undiffered(question, quoted):
        yield say("no_difference", locale)
    asked, found = wanted(question), listed(question, passages)
    if found and found.left and any(found.lines[-1] in text for text in quoted):
        yield say("list_part", locale, shown=len(found.lines), all=len(found.lines) + found.left, number=1)
    elif asked and not (asked.counting and any(asked.reckoned_in(text) for text in quoted)):
        yield say("uncounted" if asked.counting else "perhaps_more", locale)
    elif one := 1 if found and found.open else _part(question, quoted, passages):
        yield say("list_perhaps", locale, number=one)


def _asked_before(quoted: Sequence[str], passages: Sequence[Passage]) -> Iterator[str]:
    """What pages ask right before what is quoted ("When is salary paid? On the 27th."): that is about it."""
    said = [bare(text) for text in quoted]
    for page in (bare(one.text) for one in passages):
        for before, found, _ in map(page.partition, said):
            if found and before.rstrip().endswith("?"):
                start, end = sentences(before)[-1]
                yield before[start:end]


def unanswered(missing: Sequence[str], locale: str) -> Iterator[str]:
    """Which of several things that are asked nothing is said about."""
    if missing:
        told = ", ".join(say("unnamed_thing", locale, thing=one) for one in missing)
        yield say("untold", locale, parts=told)


def beyond(question: str, quoted: Sequence[str]) -> list[Amount]:
    """The amounts that are asked about which lie outside every limit that is quoted."""
    said = ["", *(MARKER.sub("", text).strip() for text in quoted), ""]
    near = [*zip(said, said[1:], said[2:], strict=False)]
    return [
        one
        for one in amounts(question)
        if {rules(one, text, behind, ahead) for ahead, text, behind in near} - {None} == {False}
    ]


def _part(question: str, quoted: Sequence[str], passages: Sequence[Passage]) -> int:
    """The marker of a passage of whose list some is quoted, where all of a kind is asked for; 0 without."""
    if not several(question):
        return 0
    said = {bare(text): text for text in quoted}
    for passage in passages:
        if part_of([*said], passage):
            return next(
                (markers(said[one])[0] for one in said if part_of([one], passage) and markers(said[one])), 0
            )
    return 0


def overdue(citations: Sequence[Citation], today: date, locale: str) -> Iterator[str]:
    """Of verified answers among them, those that were to be looked at again by now."""
    stamps = dict.fromkeys(signed(one.document, one.heading) for one in citations)
    for name, due in (one for one in stamps if one and one[1] < today):
        yield say("verified_overdue", locale, name=name, due=due.isoformat())


def other_years(
    question: str,
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    locale: str,
    known: Container[str],
) -> Iterator[str]:
    """Which of them are of another year than is asked about; of `known` documents that is said already."""
    numbers: dict[str, list[int]] = {}
    for one in citations if then(question) else ():
        if one.document not in known and (year := _another(question, one, passages)):
            numbers.setdefault(year, []).append(one.number)
    for year, some in numbers.items():
        sources = " ".join(f"[{number}]" for number in dict.fromkeys(some))
        yield say("other_year", locale, sources=sources, year=year, asked=then(question)[:4])


def _another(question: str, one: Citation, passages: Sequence[Passage]) -> str:
    same = [p for p in passages if p.document == one.document]
    within = (p for p in same if p.start <= one.start and one.end <= p.start + len(p.text))
    spans = ((p, (one.start - p.start, one.end - p.start)) for p in within)
    return next((another_year(question, p, span, told(same)) for p, span in spans), "")
