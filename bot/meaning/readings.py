"""A question in; whether it says what it is about, and with the reading that its person picked, out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bot.meaning import speech
from bot.meaning.followup import own_words
from model.answer import Question
from model.quoting.traits import named
from retrieval.terms import stem

_LONGEST = 12  # words of a reply that picks a reading
# What is asked about anything, and so says nothing of what is meant.
_GENERIC = frozenset(
    "allowed allowance amount applied applies apply application approval approve approved approves ask "
    "book cancel charge condition conditions contact cost costs cover covered covers deadline decide "
    "decides document documents due end ends exception exceptions expire expires extend find form forms "
    "get happens high hour hours include included includes inform late limit limits mandatory max maximum "
    "min minimum notice notify number often one option options order owner paid pay pays period person "
    "place policies policy possible price procedure process purpose quickly rate reason renew report "
    "request required requirement requirements respond responsible return returned rule rules send sign "
    "signs signed start starts step steps submit term terms thing things time use used valid value week "
    "weeks year years day days month months needed afterwards advance what's who's how's when's where's "
    "ahead people somebody soon total antrag ausnahme ausnahmen beantrage beantragen beantragt beginnt "
    "betrag bekomme bis buchen dauer dauert dauern einreichen endet entscheidet erlaubt formular "
    "formulare frist fristen genehmigen genehmigt höhe kosten kostet macht maximal melden mich muss "
    "müssen oft pflicht preis regel regeln schnell tag tage tagen termin unterschreibt verlängern wen "
    "wenden wichtig woche wochen zahlt zeit zuständig zweck dafür danach darf dürfen finde finden bezahlt "
    "unterschreiben verantwortlich".split()
)
_DANGLES = re.compile(
    r"\b(?:it|that|this|them|they|these|those|one)\b(?!.*\bto\b)"
    r"|\b(?:das|dies|es|sie)\b(?=\s*(?:\?|\Z)| \w+\s*\?)",
    re.IGNORECASE,
)


def vague(text: str) -> bool:
    """Whether nothing in a question says what it is about, or it points at what was never said."""
    said = [word for word in own_words(text) if word not in _GENERIC]
    if named(text) - _generic() or len(said) > 1:
        return False
    return not said or bool(_DANGLES.search(text) and speech.ASKS.search(text))


@cache
def _generic() -> frozenset[str]:
    return frozenset(map(stem, _GENERIC))


def picked(question: Question) -> Question:
    """The question with the reading that its person picked, where it is the reply to a vague one."""
    *before, last = question.earlier or ("",)  # which is empty, too, where Slack does not show the thread
    if not last or not vague(last) or _asks(question.text):
        return question
    text = f"{last.rstrip(' ?!.')}: {question.text.rstrip(' ?!.')}?"
    return replace(question, text=text, earlier=tuple(before))


def _asks(text: str) -> bool:
    return len(text.split()) > _LONGEST or any(way.search(text) for way in (speech.ASKS, speech.GOES_ON))
