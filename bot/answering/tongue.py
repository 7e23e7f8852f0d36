"""A question without an answer and what it found in, that this is in another language out, as a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.phrases import say
from retrieval.languages import ENGLISH, certain, common, likely
from retrieval.passage import Passage
from retrieval.terms import words

_NAMED = {ENGLISH: "pages_english", "german": "pages_german"}
_EMPHASIS = re.compile(r"(?<!\w)([*_`~])(?=\S)[^*_`~\n]+\1(?!\w)")
_FEW = 2  # languages that a question may be in, where its words tell any


def elsewhere(question: str, found: Sequence[Passage], locale: str) -> str:
    """Empty where a passage may be in the question's language, or what they are in is not known for one. A
    German question is told in German."""
    asked = _asked(question.rpartition("\n")[2])
    spoken = {certain(words(one.text)) for one in found if one.text} - {""}
    if not asked or asked in spoken or len(spoken) != 1:
        return ""
    key = _NAMED.get(spoken.pop(), "")
    return say(key, "de" if asked == "german" else locale) if key else ""


def german(question: str) -> bool:
    """Whether it is asked in German, as far as its words tell."""
    return _asked(question) == "german"


def _asked(question: str) -> str:
    """The language of a question, which is too short to be certain; empty where no word of it tells."""
    said = words(_EMPHASIS.sub(" ", question)) or words(question)  # what is spoken of is no language of it
    rather = likely(said)
    own = [one for one in rather if {*said} & common(one) - common(ENGLISH)] if len(rather) <= _FEW else []
    return own[0] if own else ENGLISH if {*said} & common(ENGLISH) else ""
