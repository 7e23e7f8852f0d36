"""Passages in, a draft of one to four of their own sentences out, each with its marker; no model needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from model.answer import Draft
from model.checking.citations import cite
from model.checking.periods import dated_otherwise, then
from model.quoting import lists
from model.quoting.around import MOST, NEARLY, further_on, going_on, led_in
from model.quoting.current import current
from model.quoting.demands import Demand, demanded, preferred
from model.quoting.measured import beside, measured, naming
from model.quoting.parts import leans, parts
from model.quoting.quotable import Quotable, read
from model.quoting.ranges import ruling, within
from model.quoting.rows import called_otherwise
from model.quoting.same import alike, corrects
from model.quoting.siblings import entries, looked_up, of_the_same, siblings
from model.quoting.sought import there
from model.sentences import Span, sentences
from model.tabular.tables import paired
from retrieval.passage import Embedder, Passage
from retrieval.terms import terms, words

TIMES = ("date", "time")  # what is asked for with when
OF_EACH = 2  # of what is quoted for each of several things that are asked
FEW = 9  # words from which a line that leads in may say something itself
LISTED = 8  # of one that is asked for all of a kind
ENOUGH = 0.9  # chance that the answer is among those quoted, from which no further one is
LEAST = 0.04  # chance that a sentence is the answer, below which it is no further one
HARDLY = 0.005  # chance below which none answers, though it has what is asked for and the likelier have not
WORTH = 8.0  # score below which it is none either: what answers a question has less in one of forty
ELSEWHERE = (0.02, 5.0)  # the same two for one of a document that is not quoted yet: a second source
LIKELY = 0.5  # chance of a sentence, from which it is first though it may be about something else
AGAIN = 0.7  # what a further sentence of a document that is quoted already counts by


class Extract:
    """A Writer that quotes. It answers where no language model can be reached, or none is wanted."""

    name = "extract"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """What is worth quoting of the passages; where several things are asked, for each of them."""
        told = [self._part(one, passages) for one in parts(question)]
        some = dict.fromkeys(quote for one in told for quote in one.text.split("\n\n")[:OF_EACH] if quote)
        return Draft("\n\n".join(some), self.name) if some else self._written(question, passages)

    def _part(self, part: str, passages: Sequence[Passage]) -> Draft:
        """What is quoted for one of several things: the rows of a table that it looks up, else the sentences;
        nothing where none is likely enough to be the answer. Of one that leans on another, nothing else than
        what that is about: "Is it per day?" behind the price of dinner is no question of hotels per night."""
        found = read(part, passages, self._embedder).sentences
        above, _, last = part.rpartition("\n")
        rows = looked_up(last, found, passages)
        if above and leans(last):
            fit = [row for one in above.splitlines() for row in looked_up(one, found, passages)]
            rows = [row for row in rows if row in fit]
        if rows:
            return Draft("\n\n".join(_quotes(rows)), self.name)
        likely = any(one.score >= WORTH for one in found[:1])
        made = self._written(part, passages) if likely else Draft("", self.name)
        return Draft(of_the_same(above, made.text, passages), self.name) if above and leans(last) else made

    def _written(self, question: str, passages: Sequence[Passage]) -> Draft:
        """The best sentence first; empty where the passages hold no sentence to quote, or none that has what
        is asked for: a price has to be one.

        Another one follows while it is likely enough that what is quoted is not yet the answer, or not all of
        it, rather one of another document: one that is sure stands alone.
        """
        every = [one for one in read(question, passages, self._embedder).sentences if not _leads_in(one)]
        asked = lists.wanted(question)
        counts = _that_counts(asked, every)
        if counts is None and (told := lists.listed(question, passages)):
            return Draft(_as_list(told), self.name)
        if asked and counts is None and len(some := _of_the_kind(asked, every)) > 1:
            return Draft("\n\n".join(_quotes(some)), self.name)
        demand = None if asked and counts is None else demanded(question)
        left = _meeting(demand, question, every, counts) if demand else list(every)
        apart = (
            called_otherwise(question, _places(left, passages), self._embedder)
            if demand or preferred(question)
            else []
        )
        off = {left[n].text for n in apart}
        left = [one for n, one in enumerate(left) if n not in apart]
        left, begun = (left, None) if demand or asked else there(question, left, passages, self._embedder)
        if demand and left and left[0].chance < HARDLY:
            return Draft("", self.name)
        figure = demand.name not in TIMES if demand else bool(asked and asked.counting)
        about = self._about(question, left, passages) if figure and left else []
        named = about or (_named(question, left) if figure else [])
        if figure and not named:
            return Draft("\n\n".join(_quotes(_apart(question, every, left, passages))), self.name)
        first = _of_the_last(question, left, passages) if counts is None else _at(counts, left)
        first = begun if first is None else first
        if first is None and named and (left[0].chance < LIKELY or not about):
            left, first = (left, named[0]) if about else _alone(left, named, passages)
        chosen = current(question, _chosen(question, left, first, passages), passages)
        chosen = led_in(question, chosen, passages) if figure else chosen
        chosen = going_on(question, within(question, chosen, passages), passages)
        chosen = _with_siblings(question, chosen, passages, off)
        return Draft("\n\n".join(_quotes(chosen)), self.name)

    def _about(self, question: str, left: Sequence[Quotable], passages: Sequence[Passage]) -> list[int]:
        """Places of those that are about what their figure is asked of, and nearly as likely as the first."""
        likely = [one for one in left if one.chance >= left[0].chance / NEARLY]
        return beside(question, _places(likely, passages), self._embedder)


def _named(question: str, left: Sequence[Quotable]) -> list[int]:
    """Places of those that name what their figure is asked of themselves: no likelier one is about it."""
    return [n for n in naming(question, [one.text for one in left]) if left[n].chance >= HARDLY]


def _alone(
    left: list[Quotable], named: Sequence[int], passages: Sequence[Passage]
) -> tuple[list[Quotable], int]:
    """Without what stands on the page of the first of `named` and is about something else; and its place."""
    page = passages[left[named[0]].passage].document
    kept = [n for n, one in enumerate(left) if n in named or passages[one.passage].document != page]
    return [left[n] for n in kept], kept.index(named[0])


def _apart(
    question: str, every: Sequence[Quotable], left: Sequence[Quotable], passages: Sequence[Passage]
) -> list[Quotable]:
    """The one with a figure that names itself what that is asked of, however likely others are; else one that
    names it, up to the figure."""
    own = [left[n] for n in naming(question, [one.text for one in left])]
    return [one for one in own if one.score >= ELSEWHERE[1]][:1] or further_on(question, every, passages)


def _places(some: Sequence[Quotable], passages: Sequence[Passage]) -> list[tuple[Passage, Span]]:
    return [(passages[one.passage], (one.start, one.end)) for one in some]


def _leads_in(one: Quotable) -> bool:
    """Whether it is nothing but the line above a list: The days that differ:"""
    return one.text.endswith(":") and len(words(one.text)) < FEW


def _chosen(
    question: str, left: list[Quotable], first: int | None, passages: Sequence[Passage]
) -> list[Quotable]:
    """Those of `left` that are quoted, in order; the one at `first` before all others, where one is to be."""
    newest = not then(question)
    chosen: list[Quotable] = []
    sure = 0.0
    while left and len(chosen) < MOST and sure < ENOUGH:
        one = left.pop(_next(left, chosen, passages) if first is None else first)
        first = None
        if chosen and _idle(question, one, chosen, passages):
            break
        same = next((i for i, other in enumerate(chosen) if alike(one, other)), None)
        one = one if _passes(one, passages) else replace(one, above="")
        if same is None and _passes(one, passages):
            chosen.append(one)
        elif same is not None and newest and corrects(one, chosen[same], passages) and _passes(one, passages):
            chosen[same] = one
        elif same is None:
            continue
        sure += one.chance
    return chosen


def _with_siblings(
    question: str, chosen: Sequence[Quotable], passages: Sequence[Passage], off: Collection[str]
) -> list[Quotable]:
    """The first with the rows beside it but those that are `off`, or the first line with a label with those,
    where it is one and the question does not say which."""
    for n, one in enumerate(chosen):
        place = passages[one.passage]
        near = [] if n or ruling(question, one, place) else siblings(question, one, place, MOST)
        if rows := [row for row in near if row not in off] or entries(question, one, place, MOST - n):
            rest = (other for other in chosen[n + 1 :] if other.text not in rows)
            told = (replace(one, text=row, above="" if m else one.above) for m, row in enumerate(rows))
            return [*chosen[:n], *told, *rest][:MOST]
    return [*chosen]


def _meeting(
    demand: Demand, question: str, every: Sequence[Quotable], counts: Quotable | None
) -> list[Quotable]:
    """Those that have what is asked for, as the one that `counts` does. When something is in 2027 none of
    2026 says, and after one of 2026 none that has less of what is asked about."""
    thing = measured(question)
    left = [
        one
        for one in every
        if one is counts or demand.met_by(one.text, lambda said: bool(thing and thing.named_in(said)))
    ]
    if demand.name not in TIMES:
        return left
    off = next((n for n, one in enumerate(left) if dated_otherwise(question, one.text)), len(left))
    asked = left[off].terms & frozenset(terms(question)) if off < len(left) else frozenset[str]()
    behind = (one for one in left[off:] if one.terms >= asked and not dated_otherwise(question, one.text))
    return [*left[:off], *behind]


def _that_counts(asked: lists.Wanted | None, found: Sequence[Quotable]) -> Quotable | None:
    """The likeliest sentence that says how many there are, where that is asked."""
    if asked is None or not asked.counting:
        return None
    return next((one for one in found if one.score >= WORTH and asked.counted_in(one.text)), None)


def _at(counts: Quotable, left: Sequence[Quotable]) -> int | None:
    """Its place, where it is still there."""
    return next((n for n, one in enumerate(left) if one is counts), None)


def _of_the_kind(asked: lists.Wanted, found: Sequence[Quotable]) -> list[Quotable]:
    """Sentences that may each be about another of what all is asked for."""
    fit = (one for one in found if one.chance >= LEAST and asked.named_in(one.text))
    return list({one.text: one for one in fit}.values())[:LISTED]


def _as_list(told: lists.Listed) -> str:
    """The line that leads in, where there is one, and an item a line, each sentence with its marker."""
    lead = 1 if told.lines[0].endswith(":") else 0
    return "\n".join(
        ("- " if n >= lead else "") + " ".join(f"{text[a:b]} [{told.place + 1}]" for a, b in sentences(text))
        for n, text in enumerate(told.lines)
    )


def _of_the_last(question: str, left: Sequence[Quotable], passages: Sequence[Passage]) -> int | None:
    """Of a follow-up, the likeliest sentence with words that its own line has and none above has; or the one
    row with them, where the likeliest is a row without."""
    above, _, last = question.rpartition("\n")
    own = frozenset(terms(last)) - frozenset(terms(above)) if above else frozenset[str]()
    fit = [i for i, one in enumerate(left) if one.terms & own]
    likely = [i for i in fit if left[i].chance >= LEAST and left[i].score >= WORTH]
    rows = [i for i in fit if own <= left[i].terms and _row(left[i], passages)]
    if not likely and len(rows) == 1 and _row(left[0], passages):
        return rows[0]
    return max(likely, key=lambda i: left[i].chance, default=None)


def _row(one: Quotable, passages: Sequence[Passage]) -> bool:
    return (one.start, one.end) in paired(passages[one.passage])


def _next(left: Sequence[Quotable], chosen: Sequence[Quotable], passages: Sequence[Passage]) -> int:
    """The best of `left`, a document that is quoted already standing back for another."""
    quoted = {passages[one.passage].document for one in chosen}
    worth = [one.chance * (AGAIN if passages[one.passage].document in quoted else 1.0) for one in left]
    return worth.index(max(worth))


def _idle(question: str, one: Quotable, chosen: Sequence[Quotable], passages: Sequence[Passage]) -> bool:
    """Whether it is too little of an answer to follow those that are chosen. One beside them is more where it
    has a word of the question that none of them has."""
    quoted = passages[one.passage].document in {passages[other.passage].document for other in chosen}
    least, worth = (LEAST, WORTH) if quoted else ELSEWHERE
    row = _row(one, passages)  # of something else than the first is
    if any(one.passage == other.passage for other in chosen) and not (row or demanded(question)):
        said = frozenset[str]().union(*(other.terms for other in chosen))
        worth = ELSEWHERE[1] if one.terms & frozenset(terms(question)) - said else worth
    return one.chance < least or one.score < worth


def _quotes(chosen: Sequence[Quotable]) -> Iterator[str]:
    """Each with its marker; what leans on the sentence before it comes with that, while there is room."""
    room, later, said = MOST - len(chosen), {one.text for one in chosen}, set[str]()
    for one in chosen:
        if one.text in said:
            continue
        before = one.antecedent if one.antecedent not in said else ""
        if before and (room or before in later):
            room -= before not in later
            said.add(before)
            under = f"{one.under}: " if one.under else ""
            yield f"{under}{before} [{one.passage + 1}] {one.text} [{one.passage + 1}]"
        else:
            yield _marked(one)
        said.add(one.text)


def _marked(one: Quotable) -> str:
    return f"{one.said} [{one.passage + 1}]"


def _passes(one: Quotable, passages: Sequence[Passage]) -> bool:
    """Whether the check would let it through whole, as it is written."""
    checked = list(cite(Draft(f"{one.said} [1]", Extract.name), [passages[one.passage]]))
    return bool(checked) and not any(c.dropped for c in checked)
