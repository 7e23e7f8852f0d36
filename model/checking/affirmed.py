"""A claim that denies nothing and sentences in, whether it says what they deny in other words out."""

from __future__ import annotations

from collections.abc import Sequence

from model.checking.opposites import FORBIDDEN, GRANTED
from model.checking.statement import Statement

_REST = 0.6  # of a claim, what a sentence has that speaks of the same
_TOLD = 2  # words of it that one has at least


def affirmed(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it says so of what `said`, the sentences nearest to it, deny; `every`: all there are."""
    return (
        _insists(claim, said, every)
        or (not claim.doubts and _grants(claim, said, every))
        or (not claim.doubts and _forbidden(claim, said, every))
    )


def _insists(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it says that something does happen, with a word that no sentence has undenied, where one near
    denies what has as much of it."""
    words = {w for w in claim.insisted if not any(w in one.said for one in every)}
    return bool(words) and any(
        len(its.clause & claim.content) >= _TOLD and not claim.content.isdisjoint(its.scope)
        for one in said
        for its in one.denials
    )


def _grants(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it calls allowed or possible, in other words, what the clause that has most of it denies."""
    if GRANTED.isdisjoint(claim.tokens):
        return False
    least = _least(claim, [one for one in every if not one.cues])
    return any(
        len(claim.content & its.clause) >= least
        and not (its.partly or its.supposed or its.scope[0] in claim.stems)
        for one in said
        for its in one.denials
        if its.scope
    )


def _forbidden(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it says what is called forbidden or excluded where most of it stands."""
    least = _least(claim, [one for one in every if not one.doubts])
    near = (one for one in said if not one.cues and len(claim.content & one.content) >= least)
    return any(
        cue in FORBIDDEN and len(claim.content & beside) >= _TOLD for one in near for cue, beside in one.hints
    )


def _least(claim: Statement, plainly: Sequence[Statement]) -> float:
    """How much of it a sentence has to have that speaks against it: as much as any of those that do not."""
    return max(_TOLD, _REST * len(claim.content), *(len(claim.content & one.content) for one in plainly))
