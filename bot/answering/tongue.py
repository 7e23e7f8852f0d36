"""A question without an answer and what it found in, that this is in another language out, as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.phrases import say
from model.answer import Citation
from retrieval.languages import ENGLISH, certain, common, likely
from retrieval.passage import Passage
from retrieval.terms import words

_GERMAN = "german"
_FOUND = {ENGLISH: "pages_english", _GERMAN: "pages_german"}
_QUOTED = {ENGLISH: "quoted_english", _GERMAN: "quoted_german"}
_EMPHASIS = re.compile(r"(?<!\w)([*_`~])(?=\S)[^*_`~\n]+\1(?!\w)")
_FEW = 2  # languages that a question may be in, where its words tell any


def elsewhere(question: str, found: Sequence[Passage], locale: str) -> str:
    """Empty where a passage may be in the question's language, or what they are in is not known for one. A
    German question is told in German."""
    return _told(_FOUND, question, [one.text for one in found], locale)


def abroad(question: str, cited: Sequence[Citation], locale: str) -> Iterator[str]:
    """That what is quoted is in another language than the question, whose words it was not weighed by."""
    if told := _told(_QUOTED, question, [one.quote for one in cited], locale):
        yield told


def _told(keys: Mapping[str, str], question: str, texts: Sequence[str], locale: str) -> str:
    asked = _asked(question.rpartition("\n")[2])
    spoken = {certain(words(text)) for text in texts if text} - {""}
    if not asked or asked in spoken or len(spoken) != 1:
        return ""
    key = keys.get(spoken.pop(), "")
    return say(key, "de" if asked == _GERMAN else locale) if key else ""


def german(question: str) -> bool:
    """Whether it is asked in German, as far as its words tell."""
    return _asked(question) == _GERMAN


def _asked(question: str) -> str:
    """The language of a question, which is too short to be certain; empty where no word of it tells. German
    where its words are German as much as they are another's: wie, die."""
    said = words(_EMPHASIS.sub(" ", question)) or words(question)  # what is spoken of is no language of it
    rather = likely(said)
    told = {one: {*said} & common(one) for one in rather if len(rather) <= _FEW}
    own = [one for one, its in told.items() if its - common(ENGLISH)]
    if own and told[own[0]] == told.get(_GERMAN):
        return _GERMAN
    return own[0] if own else ENGLISH if {*said} & common(ENGLISH) else ""
