"""Answers that were no help in, the one cause of each and what to do about them all out.

What would have been right is known from a correction, or else from the extract, which answers from the whole
index, whoever may read it. From there each cause is a question of fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice

from bot.meaning.followup import hangs
from bot.meaning.smalltalk import disagrees
from model.answer import Answer, Citation
from model.checking.citations import check
from model.checking.figures import figures
from model.learning.near import content
from model.learning.reviews import CONFIRMED, Review
from model.learning.scored import says
from model.trail import Place
from model.writing.prompt import NOT_FOUND
from retrieval.languages import common
from retrieval.passage import Audience, Hit, Passage
from retrieval.terms import STOP, words

ABOUT = 0.5  # of what a question is about, that a passage on it says
ALL_OF = 2  # words of content of a question from which a page with all of them may say it
WHOLE = 4  # words of content from which a correction says itself what it is about
LOOKED_AT = 12  # hits of the whole index
SHOWN = 3  # questions named under an advice


class Cause(StrEnum):
    """Why an answer was no help."""

    MISSING = "not in the index"
    UNANSWERED = "perhaps in the index, and not answered"
    ALONE = "asked without what it follows"
    UNFOUND = "not retrieved"
    MISWRITTEN = "retrieved but miswritten"
    OUTDATED = "outdated"
    RIGHTS = "rights"


_OF_REVIEWERS = {
    "not_indexed": Cause.MISSING,
    "not_retrieved": Cause.UNFOUND,
    "miswritten": Cause.MISWRITTEN,
    "outdated": Cause.OUTDATED,
    "rights": Cause.RIGHTS,
}
# Words that say that something is wrong, or where to look, and not what would have been right.
_COMPLAINT = frozenset(
    """again another answer bad check different document documents else false figure figures handbook here
    incorrect it's link look mistake mistaken no nope number old one other outdated page pages passage please
    read right see sentence some something text that's there's thing true wiki wrong wrongly yes
    alt alte alten andere anderes anders antwort aber bitte da doch dokument eine etwas falsch fehler
    handbuch ja lesen lies nachlesen nachsehen nein nochmal nur quelle richtig satz schau seite seiten sieh
    siehe so stelle stimmt text veraltet zahl""".split()
)


def reviewed(word: Review, *, missed: bool) -> Cause | None:
    """The cause that a reviewer gave. That nothing was found is right where a reviewer confirms it or says
    that there should have been no answer: no document says it. None where they gave none."""
    if word.text == NOT_FOUND or (word.verdict == CONFIRMED and missed):
        return Cause.MISSING
    return _OF_REVIEWERS.get(word.cause)


def complains(text: str) -> bool:
    """Whether it says only that something is wrong, or where to look: nothing that could be looked for."""
    said = [one for one in words(text) if not (one in STOP or one in common("german"))]
    return bool(disagrees(text)) or all(one in _COMPLAINT for one in said)


@dataclass(frozen=True, slots=True)
class Bad:
    """An answer that was no help: what was asked by whom, the places its writer was given and those of their
    words that are still kept, the documents it cites, and what somebody says is right."""

    question: str
    readers: Audience
    places: tuple[Place, ...] = ()
    words: Mapping[int, Passage] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()
    struck: bool = False
    right: str = ""
    reviewed: Cause | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """The whole index: what it has on a text, whoever may read it; what the extract answers from that; and
    the revisions in which documents are answered from."""

    find: Callable[[str], Sequence[Hit]]
    answer: Callable[[str], Answer]
    revisions: Callable[[Sequence[str]], Mapping[str, str]]


def cause(bad: Bad, library: Library) -> Cause:
    """The one cause: a reviewer's, who has read it; else the first that holds: nothing carries an answer, who
    asked may not read it, the writer had other words of it than there are now, was not given it, or was.
    Where it said just what we would say, and nobody says what is right, that was no answer: none is there."""
    if bad.reviewed:
        return bad.reviewed
    carrying = list(_carrying(bad, library))
    if not carrying:
        return _untold(bad, library)
    readable = [one for one in carrying if one.audience.admits(bad.readers)]
    if not readable:
        return Cause.RIGHTS
    if _outdated(bad, readable, library):
        return Cause.OUTDATED
    if not any(_overlaps(place, one) for one in readable for place in bad.places):
        return Cause.UNFOUND
    told = not bad.right and not bad.struck and any(one.document in bad.cited for one in readable)
    return Cause.MISSING if told else Cause.MISWRITTEN


def _untold(bad: Bad, library: Library) -> Cause:
    """Where nothing carries an answer: a page with every word of the question may say it all the same, and
    what only points at something said before cannot be told."""
    if not bad.right and "\n" not in bad.question and hangs(bad.question):
        return Cause.ALONE
    wanted = content(bad.question)
    shown = [] if bad.right else [h.passage for h in library.find(bad.question)[:LOOKED_AT]]
    near = len(wanted) >= ALL_OF and any(wanted <= _said(one) for one in shown)
    return Cause.UNANSWERED if near else Cause.MISSING


def _carrying(bad: Bad, library: Library) -> Iterator[Passage]:
    """Passages that carry what is right, or where nobody said that, those that the extract answers from."""
    asked = bad.question.splitlines()[-1] if bad.question else bad.right
    hits = list(library.find(asked))[:LOOKED_AT]
    if bad.right:
        both = [*hits, *list(library.find(f"{asked} {bad.right}"))[:LOOKED_AT]]
        for one in {hit.passage.id: hit.passage for hit in both}.values():
            if _says(one, bad.right, asked):
                yield one
    else:
        cited = library.answer(asked).citations
        held = (hit.passage for hit in hits if any(_holds(hit.passage, one) for one in cited))
        yield from islice(held, 1)


def _holds(passage: Passage, citation: Citation) -> bool:
    overlaps = passage.start < citation.end and citation.start < passage.end
    return passage.document == citation.document and overlaps


def _says(passage: Passage, right: str, asked: str) -> bool:
    """Whether it carries the correction, by the check or by its figures. A short one ("26 weeks") says not of
    what: the passage has to be on the question."""
    meant = about(asked, passage)
    if check(f"{right} [1]", [passage]).ok and (meant or len(content(right)) >= WHOLE):
        return True
    wanted = [one.spelling for one in figures(right) if not one.loose]
    return bool(wanted) and meant and all(says(passage.text, one) for one in wanted)


def about(question: str, passage: Passage) -> bool:
    """Whether a passage is on what is asked."""
    wanted = content(question)
    return len(wanted & _said(passage)) >= ABOUT * len(wanted)


def _said(passage: Passage) -> frozenset[Hashable]:
    return frozenset(content(" ".join((passage.title, *passage.heading, passage.lead, passage.text))))


def _outdated(bad: Bad, readable: Sequence[Passage], library: Library) -> bool:
    """Whether the document that is right was read anew since, or the answer rests on an older one."""
    held = {place.document: place.revision for place in bad.places}
    now = library.revisions([one.document for one in readable if one.document in held])
    if any(held.get(uri) not in (None, "", revision) for uri, revision in now.items()):
        return True
    newest = max((one.updated_at for one in readable if one.updated_at), default=None)
    return newest is not None and any(_older(bad, number, one, newest) for number, one in bad.words.items())


def _older(bad: Bad, number: int, one: Passage, newest: datetime) -> bool:
    asked = bad.question or bad.right
    older = one.updated_at is not None and one.updated_at < newest
    contradicts = not bad.right or not _says(one, bad.right, asked)
    return older and contradicts and one.document in bad.cited and about(asked, one)


def _overlaps(place: Place, passage: Passage) -> bool:
    return place.document == passage.document and place.start < passage.end and passage.start < place.end


def advice(causes: Sequence[tuple[str, Cause]]) -> Iterator[str]:
    """What to do, most wanted first, with some of the questions (question, cause) that ask for it."""
    counts = Counter(one for _, one in causes)
    for one, count in counts.most_common():
        some = list(
            dict.fromkeys(question.splitlines()[-1] for question, why in causes if why is one and question)
        )
        named = "".join(f"\n    {question}" for question in some[:SHOWN])
        yield f"{count} of {len(causes)} were {_WHAT[one]}{named}"


_WHAT = {
    Cause.MISSING: "about what no document says. Add these documents:",
    Cause.UNANSWERED: "about what a page may say, and not answered. Correct those that one says:",
    Cause.ALONE: "asked without what they follow. Ask such in the thread, or with --after:",
    Cause.UNFOUND: "in the index and not retrieved. Tune retrieval:",
    Cause.MISWRITTEN: "retrieved and miswritten. Train on corrections of them:",
    Cause.OUTDATED: "outdated. Read these sources more often, and take old versions out:",
    Cause.RIGHTS: "in documents that who asked may not read. Give access, or leave it so:",
}
