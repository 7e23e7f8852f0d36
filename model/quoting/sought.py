"""Sentences in, those out that are about what somebody asks the place or the times of: where I leave my phone
is told by what is said of a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from model.quoting.demands import preferred
from model.quoting.measured import Thing, beside, measured
from model.quoting.moments import DATE, UNIT, WHENEVER
from model.quoting.quotable import Quotable
from model.quoting.whereabouts import OFTEN, REPEATED, WHERE
from retrieval.languages import rather
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, words

BEGINS = 3  # words of a sentence that say what it is about
NEARLY = 3  # times that another may be as likely as one that says it in a known way
LIKE = 0.9  # share of the likeliest's chance from which another is as likely
LEAST = 5.0  # score below which such a sentence leads none
_ASKS = re.compile(rf"{WHERE}|{OFTEN}", re.IGNORECASE)
_OFTEN, _REPEATED = re.compile(OFTEN, re.IGNORECASE), re.compile(REPEATED, re.IGNORECASE)
_TIMED = re.compile(rf"{DATE}|\b{UNIT}\b|\b{WHENEVER}\b", re.IGNORECASE)
_MINE = re.compile(  # do I have to change my password; do we get new shoes
    r"\b(?:i|we)\s(?:(?!(?:for|of|on|about|with|at|by|from|in|into|or|and|if|when)\b)[\w'’-]+\s){0,5}?"
    r"(?:my|our|the|an?|new|any|some|more)\s((?:[\w'’-]+\s){0,2}?[\w'’-]+)"
    r"(?=[?.,;:!)]|\s*\Z|\s(?:for|of|on|about|with|at|by|from|in|into|during|after|before|while|when|if|and|or|to)\b)",
    re.IGNORECASE,
)
_MEIN = re.compile(r"\b(?:ich|wir|man)\s.{0,40}?\b([A-ZÄÖÜ]\w{3,})")


def sought(question: str) -> str:
    """What somebody asks the place or the times of for themselves, in the last line of `question`, in a word;
    empty where that is not told."""
    line = question.rpartition("\n")[2]
    if not (lead := _ASKS.search(line)):
        return ""
    rest = line[lead.end() :]
    if not words(rest):
        return next((word for word in reversed(words(line[: lead.start()])) if word not in STOP), "")
    found = (_MEIN if rather(words(line)) == "german" else _MINE).search(rest)
    return next((word for word in reversed(words(found[1])) if word not in STOP), "") if found else ""


def there(
    question: str, left: list[Quotable], passages: Sequence[Passage], embedder: Embedder
) -> tuple[list[Quotable], int | None]:
    """Those with a place, or times, that stand where the thing is named, behind their heading where that has
    another word for it, and the place of the first that begins with it. All of `left` where nothing of the
    kind is asked, none stands there, or a far likelier one does that says it in another way."""
    wish, said = preferred(question), sought(question)
    german = rather(words(question)) == "german"
    thing = Thing((said,), german=german) if said else None

    met = [one for one in left if wish.met_by(one.text)] if wish else []
    spans = [(passages[one.passage], (one.start, one.end)) for one in met]
    near = [met[n] for n in beside(question, spans, embedder, thing)] if met else []
    asked, likely = thing or measured(question), max((one.chance for one in near), default=0.0)
    others = [one for one in left if one not in met and _otherwise(question, one.text, asked)]
    if not near or any(one is left[0] and one.chance >= NEARLY * likely for one in others):
        return left, None
    near += [one for one in others if one.chance >= likely * LIKE]
    if not thing:
        own = asked if german else None
        told = [one for one in near if own and own.named_in(passages[one.passage].indexed_text)]
        return told or near, None
    near = [_headed(one, thing, passages) for one in near]
    begun = (
        n
        for n, one in enumerate(near)
        if one.score >= LEAST and thing.named_in(" ".join(one.text.split()[:BEGINS]))
    )
    return near, next(begun, None)


def _otherwise(question: str, text: str, asked: Thing | None) -> bool:
    """Whether it names what is asked about, and may say where that is, or how often, in a way that is not
    known: Toner is ordered by facilities; Databases are backed up at midnight."""
    if asked is not None and not asked.named_in(text):
        return False
    if _OFTEN.search(question):
        return bool(_TIMED.search(text))
    behind = text.partition(" ")[2]  # Every agreement is signed by somebody
    return not _REPEATED.search(behind) and not any(mark.isdigit() for mark in text)


def _headed(one: Quotable, thing: Thing, passages: Sequence[Passage]) -> Quotable:
    """Behind its heading, where neither that nor its passage has the word that was asked with."""
    place = passages[one.passage]
    heading = (place.heading or ("",))[-1].strip(" #*_:?!.")
    told = one.said != one.text or one.antecedent or thing.named_in(f"{heading} {one.text}")
    return one if told or not heading else replace(one, above=heading)
