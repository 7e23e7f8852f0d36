"""A question of yes or no and a sentence in, the No right before it out, where a page asks the same."""

from __future__ import annotations

import re

from model.checking.statement import negated
from model.quoting.kinds import wanted
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import terms

_SAID = re.compile(r"(?:\A|(?<=\s))(?:yes|no|ja|nein)[.!](?=[^\S\n]*\n?[^\S\n]*\Z)", re.IGNORECASE)
_TRULY = re.compile(  # Is it true that; it asks the same without it
    r"\A\W*(?:is it (?:true|correct|right)(?: that)?|am i right that|do i understand correctly that|"
    r"stimmt es(?: wirklich)?,? dass|ist es (?:wahr|richtig),? dass)\b",
    re.IGNORECASE,
)


def answered(question: str, passage: Passage, start: int) -> str:
    """As it is written; empty where there is none, or what is asked before it has other words."""
    line = question.rpartition("\n")[2]
    if wanted(line) != "decision" or not (said := _SAID.search(passage.text[:start])):
        return ""
    before = passage.text[: said.start()].rstrip()
    spans = sentences(before)
    asked = before[slice(*spans[-1])] if spans else (passage.heading or ("",))[-1]
    mine, same = _TRULY.sub("", line), set(terms(asked))
    if not asked.endswith("?") or negated(asked) != negated(mine) or set(terms(mine)) != same:
        return ""
    return said[0].rstrip(".!")
