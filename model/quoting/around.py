"""Sentences that are to be quoted in, the same with those about them that they need out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.quoting.demands import demanded
from model.quoting.kinds import wanted
from model.quoting.limits import decides, goes_on
from model.quoting.measured import naming
from model.quoting.passages import said
from model.quoting.quotable import Quotable
from retrieval.passage import Passage
from retrieval.terms import terms

MOST = 4  # sentences of an answer
NEARLY = 3  # times that it may be as likely as one that is about what is asked instead
_IT = re.compile(  # says of what its figure is only by pointing back
    r"\W*(?:[\w,.'’-]+\s){0,3}?(?:it|they|this|these|that|those|er|sie|es|dies|diese[rs]?)\b", re.IGNORECASE
)

_APART = re.compile(  # tells where what was said before does not hold
    r"\A\W*(?:after (?:that|this|then)|afterwards|otherwise|until then|before (?:that|then)|"
    r"in (?:that|this|such a?) ?case|if not|however|but|the (?:only )?exceptions?|exceptions?|except|unless|"
    r"danach|sonst|ansonsten|andernfalls|bis dahin|davor|vorher|jedoch|aber|ausgenommen|ausnahmen?|"
    r"es sei denn)\b",
    re.IGNORECASE,
)
_OCCASION = re.compile(  # During probation, one day a week.
    r"\A\W*(?:during|while|in|on|at|for|with|without|if|when|während|im?|am|bei|beim|für|mit|ohne|wenn)"
    r"\s([^,.:;]{2,60}),\s",
    re.IGNORECASE,
)


def led_in(question: str, chosen: list[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """With what the first points at, where that is what its figure is asked of."""
    told = chosen[:1] if chosen and _IT.match(chosen[0].text) else []
    while told and len(told) < MOST and not naming(question, [told[0].text]):
        if not (one := _preceding(told[0], passages[told[0].passage])):
            return chosen
        told.insert(0, one)
    texts = {one.text for one in told}
    rest = [one for one in chosen if one.text not in texts]
    return [*told, *rest][:MOST] if told and naming(question, [told[0].text]) else chosen


def further_on(question: str, every: Sequence[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """A likely sentence that names what a figure is asked of, up to one of its paragraph that has the figure
    and says no more than "it": "Profit share is paid in April. For 2025 it was 1,150 euros."."""
    demand = demanded(question)
    for n in naming(question, [one.text for one in every]) if demand else ():
        told = [every[n]] if every[n].chance >= every[0].chance / NEARLY else []
        while told and len(told) < MOST and (one := _following(told[-1], passages[told[-1].passage])):
            told.append(one)
            if demand and demand.met_by(one.text) and _IT.match(one.text):
                return told
    return []


def going_on(question: str, chosen: Sequence[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """Each with the sentence behind it, where that says what holds for the amount or on the occasion that is
    asked about, or where it does not hold; and none behind one for the amount which is about less or more."""
    told: dict[str, Quotable] = {}
    ruled = False
    for one in chosen:
        behind = _following(one, passages[one.passage])
        held = decides(question, one.text, behind.text if behind else "", one.antecedent)
        if ruled and held is False:
            continue
        told.setdefault(one.text, one)
        if behind and (goes_on(question, one.text, behind.text) or _apart(question, behind.text)):
            told.setdefault(behind.text, behind)
        ruled = ruled or bool(held)
    return [*told.values()][:MOST]


def _apart(question: str, behind: str) -> bool:
    """Whether it says where the rule before it does not hold, to who asks whether something is so; or begins
    with the occasion that is asked about."""
    on = _OCCASION.match(behind)
    occasion = frozenset(terms(on[1])) if on else frozenset[str]()
    if occasion and occasion <= frozenset(terms(question)):
        return True
    return wanted(question.rpartition("\n")[2]) == "decision" and bool(_APART.match(behind))


def _preceding(one: Quotable, passage: Passage) -> Quotable | None:
    """The sentence of its paragraph right before it."""
    ahead = next((other for other in reversed(said(passage)) if other.end <= one.start), None)
    if ahead is None or _parted(passage, ahead.end, one.start):
        return None
    return Quotable(one.passage, ahead.start, ahead.end, ahead.text, ahead.terms)


def _following(one: Quotable, passage: Passage) -> Quotable | None:
    """The sentence of its paragraph right behind it."""
    behind = next((other for other in said(passage) if other.start >= one.end), None)
    if behind is None or _parted(passage, one.end, behind.start):
        return None
    return Quotable(one.passage, behind.start, behind.end, behind.text, behind.terms, antecedent=one.text)


def _parted(passage: Passage, end: int, start: int) -> bool:
    """Whether another paragraph begins between two sentences."""
    return passage.text[end:start].count("\n") > 1
