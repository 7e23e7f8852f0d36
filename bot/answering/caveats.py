"""A question and what was quoted for it in, what a reader should know about that out, as sentences."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.phrases import say
from model.answer import Citation
from model.checking.citations import markers
from model.checking.figures import figures
from model.checking.periods import another_year, then, told
from model.checking.support import MARKER, bare
from model.learning.verified import signed
from model.quoting.demands import demanded
from model.quoting.kinds import reasoned
from model.quoting.limits import Amount, amounts, rules
from model.quoting.lists import Listed, Wanted, listed, part_of, several, wanted
from model.quoting.parts import parts, untold
from model.quoting.things import foreign, meant, unnamed
from model.sentences import sentences
from model.tabular.differences import undiffered
from retrieval.passage import Embedder, Passage
from retrieval.terms import terms, words

_WHY = re.compile(  # of what was told, and nothing else
    r"\W*(?:(?:and|but|und|aber) )?(?:why|how come|warum|wieso|weshalb)"
    r"(?: (?:not|nicht|so|is that|that|ist das)){0,2}\W*\Z",
    re.IGNORECASE,
)
_SEE = re.compile(r"\b(?:see|refer to|siehe|vgl)\b", re.IGNORECASE)
_IN = re.compile(  # in Lund; no in general, no in Ordnung
    r"\b(?:[Ii]n|[Aa]t)\s(?!(?i:the|our|my|der|dem|general|private|order|case|fact|part|person|time|advance|"
    r"particular|addition|ordnung|anspruch|bezug|frage|kraft|zukunft|summe)\b)([^\W\d_a-zà-ÿ][^\W\d_]{2,})"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is quoted, and the passages that it was looked for in; `under`: the headings that what is quoted
    stands below, and which say what it is about. An `embedder` knows one thing by two words; `worded` is the
    question as the documents word it."""

    quoted: Sequence[str]
    passages: Sequence[Passage]
    under: Sequence[str] = ()
    embedder: Embedder | None = None
    worded: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        return (*self.quoted, *self.under)

    def unnamed(self, question: str) -> list[str]:
        """What the question names and nothing does that was found."""
        if foreign(question, self.quoted, self.passages):
            return []
        lines = parts(self.worded or question) or [self.worded or question]
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
    if undiffered(question, quoted) and any(map(figures, map(bare, quoted))):
        yield say("no_difference", locale)
    asked, found = wanted(question), listed(question, passages)
    if found and found.left and any(found.lines[-1] in text for text in quoted):
        yield say("list_part", locale, shown=len(found.lines), all=len(found.lines) + found.left, number=1)
    elif asked and not (asked.counting and _counted(question, asked, quoted)):
        yield say("uncounted" if asked.counting else "perhaps_more", locale)
    elif found and found.open:
        yield say("list_perhaps", locale, number=1)
    elif not _whole(found, quoted) and (one := _part(question, quoted, passages)):
        yield say("list_perhaps", locale, number=one)


def _counted(question: str, asked: Wanted, quoted: Sequence[str]) -> bool:
    """Whether something that is quoted says how many; or how many days, of what the question names beside
    that: Own wedding: 3 days."""
    demand = demanded(question)
    named = frozenset(terms(question.rpartition("\n")[2]))
    if demand and demand.name == "units":
        of = (text for text in map(bare, quoted) if demand.met_by(text))
        return any(asked.counted_in(text) or len(named & frozenset(terms(text))) > 1 for text in of)
    return any(asked.reckoned_in(text) for text in quoted)


def _whole(found: Listed | None, quoted: Sequence[str]) -> bool:
    """Whether the list of what is asked for is quoted to its end."""
    return found is not None and not found.left and any(found.lines[-1] in text for text in quoted)


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
        if {rules(one, text, behind, ahead, after=True) for ahead, text, behind in near} - {None} == {False}
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


def elsewhere(
    question: str, citations: Sequence[Citation], passages: Sequence[Passage], locale: str
) -> Iterator[str]:
    """The place that is asked about, where nothing that is cited names it and another page is about it."""
    sites = dict.fromkeys(_IN.findall(question.rpartition("\n")[2]))
    own = [p for one in citations for p in _holding(one, passages)] if sites else []
    said = {word for p in own for word in words(f"{_above(p)} {p.text} {p.lead}")}
    for site in sites if own else ():
        whole = re.compile(rf"(?<!\w){re.escape(site)}(?!\w)", re.IGNORECASE)
        spelt = [one for p in passages for one in whole.findall(f"{_above(p)} {p.text}")]
        named = site.casefold() not in said and all(one[0].isupper() for one in spelt)
        if named and any(_about(whole, p, {one.document for one in own}) for p in passages):
            yield say("about_elsewhere", locale, thing=spelt[0])


def _about(site: re.Pattern[str], page: Passage, cited: Container[str]) -> bool:
    """Whether a page is about a place by its title or heading; or it is one that is cited, and says to look
    elsewhere for that place."""
    if page.document not in cited:
        return bool(site.search(_above(page)))
    said = (page.text[start:end] for start, end in sentences(page.text))
    return any(site.search(one) and _SEE.search(one) for one in said)


def _above(page: Passage) -> str:
    return " ".join((page.title, *page.heading))


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


def _holding(one: Citation, passages: Sequence[Passage]) -> list[Passage]:
    """Those that have what is cited in them."""
    same = (p for p in passages if p.document == one.document)
    return [p for p in same if p.start <= one.start and one.end <= p.start + len(p.text)]


def _another(question: str, one: Citation, passages: Sequence[Passage]) -> str:
    same = [p for p in passages if p.document == one.document]
    spans = ((p, (one.start - p.start, one.end - p.start)) for p in _holding(one, passages))
    return next((another_year(question, p, span, told(same)) for p, span in spans), "")
