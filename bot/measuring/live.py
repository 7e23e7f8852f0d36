"""Golden questions and the live index in: whether what is answered today is right, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from bot.measuring.grade import REFUSALS
from model.answer import Answer, Fault, Question, Status
from model.checking.citations import markers
from model.learning.drift import Fate, Outcome
from model.learning.evaluate import Run
from model.learning.golden import Golden, NotGolden, newest, opened
from model.learning.near import runs
from model.learning.optout import Out
from model.learning.row import Row
from model.learning.scored import Scored, leaks, lost, says
from model.learning.waiting import waiting
from retrieval.passage import FootnoteError, Hit, Passage

MOST = 400  # golden questions that are asked at once
NOBODY = Out()
NAME = "live"  # of its runs, beside those of models
AWAY = "the model that is set did not write."
HALF = 0.5  # of the words of the shorter of two texts, from which they are of one place
_TOLD = (Status.ANSWERED, Status.PARTIAL)


def questions(place: Path, out: Out = NOBODY) -> tuple[str, tuple[Row, ...]]:
    """The open questions of the newest golden set in `place` and those that wait to be frozen, with the name
    of the set; what is locked is not among them, nor what is of somebody who is `out`. Raises NotGolden where
    there are none."""
    try:
        folder = newest(place)
    except NotGolden:
        name, frozen = "", tuple[Row, ...]()
    else:
        name, frozen = folder.name, opened(folder).items
    waits = (row for row, locked in waiting(place) if not locked)
    rows = [row for row in {row.id: row for row in (*frozen, *waits)}.values() if not out.any(row.people)]
    if not rows:
        raise NotGolden("There are no golden questions. Make some of answers: footnote eval add ID.")
    return name, tuple(sorted(rows, key=lambda row: row.id)[:MOST])


def question(row: Row) -> Question:
    """It, as somebody who may read what everyone may would ask it."""
    *earlier, last = row.question.split("\n")
    return Question(last, earlier=tuple(earlier))


def outcomes(rows: Iterable[Row], answer: Callable[[Question], Answer]) -> Iterator[Outcome]:
    """What becomes of each today. Left out is where the model that is set did not write: an outage says
    nothing of what it knows."""
    for row in rows:
        try:
            said = answer(question(row))
        except FootnoteError:
            continue
        if said.status not in (Status.DEGRADED, Status.FAILED):
            yield Outcome(row.id, row.cluster or row.id, _fate(row, said))


def run(over: Golden, answer: Callable[[Question], Answer]) -> Run:
    """What the whole chain makes of the open questions of a golden set today, each asked once; the first once
    more beforehand, as what loads late is not timed."""
    for row in over.items[:1]:
        _scored(row, answer, over.canaries)
    return Run(NAME, tuple(_scored(row, answer, over.canaries) for row in over.items))


def _scored(row: Row, answer: Callable[[Question], Answer], canaries: Sequence[str]) -> Scored:
    """As a model alone is scored, by what a person is shown: cited is the document, however it is cut today;
    supported, where the check took nothing out of the draft."""
    began = perf_counter()
    try:
        said = answer(question(row))
    except FootnoteError as error:
        return lost(row, str(error), perf_counter() - began)
    seconds = perf_counter() - began
    if said.status in (Status.DEGRADED, Status.FAILED):
        return lost(row, said.notice or AWAY, seconds)
    refused, numbers = said.status in REFUSALS, {one.number for one in said.citations}
    text = "" if refused else said.text
    valid = set(markers(text)) <= numbers
    told = all(says(text, fact) for fact in row.facts)
    struck = [one for one in said.struck if one.fault is not Fault.REPEATED]
    found = (text, refused, valid, _cites(row, said), told, not struck, leaks(text, canaries))
    return Scored(row.id, row.cluster or row.id, not row.refuses, *found, seconds)


def _cites(row: Row, said: Answer) -> bool:
    gold = {row.passages[number - 1].document for number in row.gold}
    return any(one.document in gold for one in said.citations)


def _fate(row: Row, said: Answer) -> Fate:
    if right(row, said):
        return Fate.RIGHT
    given = said.trail.hits if said.trail else ()
    gold = {row.passages[number - 1].document for number in row.gold}
    return Fate.WRONG if row.refuses or any(h.passage.document in gold for h in given) else Fate.UNFOUND


def right(row: Row, said: Answer) -> bool:
    """Whether it was refused exactly where nothing carries the answer, or else cites a document that carries
    it, and says every key fact."""
    if row.refuses:
        return said.status in REFUSALS
    return said.status in _TOLD and _cites(row, said) and all(says(said.text, fact) for fact in row.facts)


def first(row: Row, hits: Sequence[Hit]) -> int:
    """The place, from 1, of the first hit that carries the answer; 0 where none does."""
    return next((n for n, hit in enumerate(hits, 1) if carries(row, hit.passage)), 0)


def carries(row: Row, passage: Passage) -> bool:
    """Whether it is of a place that carries the answer, however the document is cut today, and has the key
    facts that stand there."""
    return any(_same(row.passages[number - 1], passage, row.facts) for number in row.gold)


def _same(gold: Passage, passage: Passage, facts: Sequence[str]) -> bool:
    if gold.document != passage.document:
        return False
    mine, theirs = runs(gold.text), runs(passage.text)
    shared = len(mine & theirs) >= HALF * min(len(mine), len(theirs))
    return shared and all(says(passage.text, fact) for fact in facts if says(gold.text, fact))
