"""A question without an answer and what it found in, that this is in another language out, as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.phrases import german as in_german
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
_UMLAUT = re.compile("[äöüß]|[aou]\u0308", re.IGNORECASE)
_OPENS = re.compile(  # as no question in English or Dutch does
    r"\W*(?:wer|wen|wem|wann|warum|wieso|(?:(?:in|von|mit|an|auf|bei|zu) )?welche[mnrs]?|"
    r"was (?:ist|sind|wird|gilt|galt|kann|muss|darf|soll|steht|kostet|bedeutet|passiert|davon))\b",
    re.IGNORECASE,
)
# Beside the commonest words, what questions are asked with; none of them is a word of English.
_ASKED_WITH = frozenset(
    "viel viele vielen lange oft gibt darf dürfen muss müssen soll sollen bekomme bekommen mein meine meinen "
    "unser unsere mir mich uns ihr dauert kostet gilt galt steht davon bitte diese dieser dieses welchen "
    "welchem wem wen wofür woher wohin noch immer kein keine keinen damit dafür dabei darüber seit stunde "
    "stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren uhr heute morgen".split()
)
# Common in German, and words or names of English as well: war room, all die hard fans.
_SHARED = frozenset("war die was hat so in an am will den er im um mit von des dem".split())
_PROVEN = 2  # proofs: German words that are none of English, an umlaut, to open as German questions do


def elsewhere(question: str, found: Sequence[Passage], locale: str) -> str:
    """Where the best of the passages, or half of them, are in one other language than the question; empty
    where it is not known."""
    tongues = [one for text in (p.text for p in found if p.text) if (one := certain(words(text)))]
    asked = _asked(question.rpartition("\n")[2], locale)
    most = [
        one for one in dict.fromkeys(tongues) if tongues[0] == one or 2 * tongues.count(one) >= len(tongues)
    ]
    others = [one for one in most if one != asked]
    key = _FOUND.get(others[0], "") if asked and len(others) == 1 else ""
    return say(key, locale) if key else ""


def abroad(question: str, cited: Sequence[Citation], locale: str) -> Iterator[str]:
    """That what is quoted is in another language than the question, whose words it was not weighed by."""
    asked = _asked(question.rpartition("\n")[2], locale)
    spoken = {certain(words(one.quote)) for one in cited if one.quote} - {""}
    key = _QUOTED.get(min(spoken), "") if len(spoken) == 1 and asked and asked not in spoken else ""
    if key:
        yield say(key, locale)


def spoken(question: str, locale: str = "") -> str:
    """The locale in which all of a reply is said: German to what is asked in it, else `locale`."""
    return "de" if not in_german(locale) and _asked(question, locale) == _GERMAN else locale


def _asked(question: str, locale: str) -> str:
    """The language of a question, which is too short to be certain; empty where no word of it tells. German
    where its words are German as much as they are another's: wie, die; and of who reads another language
    only where it has German that is no English."""
    said = words(_EMPHASIS.sub(" ", question)) or words(question)  # what is spoken of is no language of it
    rather = likely(said)
    told = {one: {*said} & common(one) for one in rather if len(rather) <= _FEW}
    own = [one for one, its in told.items() if its - common(ENGLISH)]
    if own and told[own[0]] == told.get(_GERMAN):
        own = [_GERMAN] if in_german(locale) or _proven(question, said) else []
    elif not own and {*said}.isdisjoint(common(ENGLISH) - common(_GERMAN)) and _proven(question, said):
        own = [_GERMAN]  # not a common word that English has not, and yet: 45 Stunden, was passiert damit
    return own[0] if own else ENGLISH if {*said} & common(ENGLISH) else ""


def _proven(question: str, said: Sequence[str]) -> bool:
    """Whether it is surely in German, where an English question may have words that German has as well."""
    proofs = {*said} & ((common(_GERMAN) | _ASKED_WITH) - common(ENGLISH) - _SHARED)
    return len(proofs) + bool(_UMLAUT.search(question)) + bool(_OPENS.match(question)) >= _PROVEN
