"""Sentences in, those out that are about what somebody asks the place or the times of: where I leave my phone
is told by what is said of a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from model.quoting.measured import Thing, beside, measured
from model.quoting.quotable import Quotable
from model.quoting.whereabouts import OFTEN, WHERE
from retrieval.languages import rather
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, words

BEGINS = 3  # words of a sentence that say what it is about
LEAST = 5.0  # score below which such a sentence leads none
_ASKS = re.compile(rf"{WHERE}|{OFTEN}", re.IGNORECASE)
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
    """Those that stand where it is named, behind their heading where that has another word for it; and the
    place of the first that begins with it."""
    spans = [(passages[one.passage], (one.start, one.end)) for one in left]
    german = rather(words(question)) == "german"
    if not (said := sought(question)):
        near = [left[n] for n in beside(question, spans, embedder)] or left
        thing = measured(question) if german else None
        return [
            one for one in near if thing and thing.named_in(passages[one.passage].indexed_text)
        ] or near, None
    thing = Thing((said,), german=german)
    near = [_headed(left[n], thing, passages) for n in beside(question, spans, embedder, thing)]
    begun = (
        n
        for n, one in enumerate(near)
        if one.score >= LEAST and thing.named_in(" ".join(one.text.split()[:BEGINS]))
    )
    return near, next(begun, None)


def _headed(one: Quotable, thing: Thing, passages: Sequence[Passage]) -> Quotable:
    """Behind its heading, where neither that nor its passage has the word that was asked with."""
    place = passages[one.passage]
    heading = (place.heading or ("",))[-1].strip(" #*_:?!.")
    told = one.said != one.text or one.antecedent or thing.named_in(f"{heading} {one.text}")
    return one if told or not heading else replace(one, above=heading)
