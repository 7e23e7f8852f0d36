"""Two sentences in, whether one denies what the other says, or says it the other way round, out."""

from __future__ import annotations

from collections.abc import Sequence

from model.checking.affirmed import affirmed
from model.checking.opposites import (
    BOUNDING,
    BOUNDS,
    CHANGE,
    EVEN,
    LACK,
    LACKING,
    LIMITED,
    LOOSE,
    MARKED,
    NONE,
    SLIGHT,
    WAYS,
)
from model.checking.statement import Denial, Statement, Way

_TIED = 0.75  # of the words that the nearest shares: what is as near
_REST = 0.6  # of a claim beside its verb, what a clause has that denies it with another one
_UNTIL = frozenset("until unless".split())  # bound what is said, and do not deny it
_KEY = 3  # words of what is denied that tell what it is
_MOST = 0.6  # of what else is denied, what a claim has that says it with another verb


def against(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether `said`, the sentences nearest to it and the nearest first, speak against `claim`; `every`:
    all there are."""
    return (
        _unbound(claim, every)
        or denied(claim, said, every)
        or _undenied(claim, said, every)
        or _undone(claim, said, every)
        or _turned(claim, said, every)
        or affirmed(claim, said, every)
    )


def _unbound(claim: Statement, every: Sequence[Statement]) -> bool:
    """Whether it says without its denial what is said with one alone: do hesitate, is limited to this but
    also done there."""
    if claim.only_also and not any(one.only_also for one in every):
        return True
    if claim.stranded and claim.stranded.isdisjoint(word for one in every for word in one.stranded):
        return True
    bounds = frozenset(claim.unbound) & LIMITED
    if bounds and not any(_bounds(one) for one in every):
        return True
    calls = claim.unbound - LIMITED
    return bool(calls) and calls.isdisjoint(word for one in every for word in one.unbound)


def _bounds(said: Statement) -> bool:
    """Whether it says in any words that something goes no further."""
    return not BOUNDS.isdisjoint(said.tokens) or bool(BOUNDING.search(" ".join(said.tokens)))


def denied(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it denies what none of them denies, or what more of is said than denied."""
    denials = [denial for denial in claim.denials if denial.scope]
    return any(
        _lasts(denial, every)
        or (
            not _answered(denial, said, claim)
            and not _lacked(denial, said)
            and not _outright(denial, claim, every)
            and not _elsewise(denial, claim, said, every)
            and not _opposed(claim, said)
        )
        for denial in denials
    )


def _lasts(denial: Denial, every: Sequence[Statement]) -> bool:
    """Whether something is said to be over of which no sentence tells that it has changed."""
    about = {*denial.scope[:_KEY]}
    return denial.ended and not any(
        not CHANGE.isdisjoint(one.tokens) and not about.isdisjoint(one.stems) for one in every
    )


def _lacked(denial: Denial, said: Sequence[Statement]) -> bool:
    """Whether what it says to be lacking is what a sentence calls deficient, lost or absent."""
    if denial.word not in LACK:
        return False
    return any(denial.scope[0] in one.stems and not LACKING.isdisjoint(one.tokens) for one in said)


def _outright(denial: Denial, claim: Statement, every: Sequence[Statement]) -> bool:
    """Whether a sentence denies all of it, however little else of the claim it has: a word at least, or it
    is said of something else."""
    key = denial.scope[:_KEY]
    return len(key) > 1 and any(
        {*its.scope}.issuperset(key) and not (one.content & claim.content).issubset(key)
        for one in every
        for its in one.denials
        if _meet(denial, its)
    )


def _elsewise(
    denial: Denial, claim: Statement, said: Sequence[Statement], every: Sequence[Statement]
) -> bool:
    """Whether a sentence that has most of the claim denies with another verb what none says with this one."""
    word = denial.verb or denial.scope[0]
    if any(word in one.said for one in every):
        return False
    rest = (claim.content & denial.clause) - {word}
    plainly = max((len(rest & one.content) for one in every if not one.doubts), default=0)
    least = max(_REST * len(rest), plainly + 1)
    return any(
        len(rest & its.clause) >= least
        and (len(its.scope) == 1 or not rest.isdisjoint(its.scope))
        and _meet(denial, its)
        and its.supposed <= denial.supposed
        for one in said
        for its in one.denials
    ) or any(
        len(rest & near) >= max(2, least)
        for one in said
        for cue, near in one.hints
        if cue not in claim.tokens
    )


def _opposed(claim: Statement, said: Sequence[Statement]) -> bool:
    """Whether what it denies is said by a word of the other way: not open, closed."""
    mine = [way for way in claim.ways if way.denied and way.family in MARKED - {"worth", "often"}]
    theirs = [way for one in said for way in one.ways if not way.denied]
    return bool(mine) and all(any(_same_way(way, its) for its in theirs) for way in mine)


def _meet(denial: Denial, other: Denial) -> bool:
    """Not all is not none: what denies a part does not answer what denies the whole."""
    return denial.partly or not other.partly


def _answered(denial: Denial, said: Sequence[Statement], claim: Statement) -> bool:
    """Whether it is denied, and by as many words as it is said by; what is without something, or with it
    elsewhere in the claim, is a case beside others that have it."""
    key = denial.scope[:_KEY]
    answers = max((_answers(denial, one, claim) for one in said), default=0)
    if denial.supposed or denial.word in LACK or key[0] in claim.said:
        return answers > 0
    undenied = (len(one.said.intersection(key)) for one in said if key[0] in one.said)
    return answers > 0 and answers >= max(undenied, default=0)


def _answers(denial: Denial, said: Statement, claim: Statement) -> int:
    """How many of the words that are denied it denies, too; 0 where it is about something else. Where there
    is none of a thing, one word is enough: without income tax, no taxes."""
    key = denial.scope[:_KEY]
    scopes = [(its.scope, _of_none(denial, its)) for its in said.denials if _meet(denial, its)]
    scopes += [(tuple(said.hinted_beside(claim)), False)]
    some = [({*scope}.intersection(key), none) for scope, none in scopes]
    some.append(({*denial.scope}.intersection(said.hinted_beside(claim, EVEN)), False))
    return max((len(both) for both, none in some if none or key[0] in both or len(both) > 1), default=0)


def _of_none(denial: Denial, its: Denial) -> bool:
    """Whether both say that there is none of a thing: without a permit, needs none, does not need one."""
    none, other = {denial.word, its.word} & NONE, {denial.verb, its.verb} & SLIGHT
    contrast = its.word == "not" and its.clause == frozenset(its.scope)  # takes cards, not cash
    return {denial.word, its.word} <= NONE or bool(none and other) or contrast


def _undenied(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether one of the nearest, or one that is nearly a part of it, denies what it says, and none that is
    as near says it."""
    shares = [(one, len(claim.content & one.content)) for one in said]
    least = _TIED * max((share for _, share in shares), default=0)
    some = [(one, share) for one, share in shares if share >= least]
    some += [(one, len(one.content)) for one in every if one.cues and _within(one, claim)]
    others = [(o, its) for o, its in shares if its >= least]
    return any(
        not any(denial.scope[0] in o.said for o, its in shares if its >= _TIED * share)
        for one, share in some
        for denial in one.denials
        if _says(claim, denial)
    ) or any(
        (has := _says_otherwise(claim, denial))
        and not any(has <= o.said for o, its in others if o is not one and its >= _TIED * share)
        for one, share in others
        for denial in one.denials
    )


def _undone(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether it calls unpaid what a sentence on the same calls paid, or paid what one calls unpaid, and none
    says so."""
    near = [one for one in said if 2 * len(one.content & claim.content) >= len(claim.content) - 1]
    calls = any(
        word in claim.said
        and any(its in one.said for one in near)
        and not any(word in one.stems or its in one.denied or its in one.hinted for one in every)
        for word, its in claim.undone.items()
    )
    return calls or any(
        word in one.said and its in claim.said and not any({word, its} & (o.said - one.said) for o in every)
        for one in near
        for word, its in one.undone.items()
        if word not in claim.stems and its not in one.stems
    )


def _within(one: Statement, claim: Statement) -> bool:
    some = len(one.content & claim.content)
    return some > 1 and some >= _TIED * len(one.content)


def _says(claim: Statement, denial: Denial) -> bool:
    """Whether it says what is denied there wholly and for certain: the first word of it, and another."""
    if denial.partly or (denial.supposed and not claim.supposed):
        return False
    scope = denial.scope[1:] if len(denial.scope) > 2 and denial.scope[0] in SLIGHT else denial.scope
    key = [s for s in scope[:_KEY] if s in claim.stems and s not in claim.denied]
    return bool(key) and key[0] == scope[0] and len(key) >= min(2, len(scope))


def _says_otherwise(claim: Statement, denial: Denial) -> frozenset[str]:
    """Most of what is denied there, where it says that with another verb and denies nothing itself: cards are
    not taken; you can pay by card."""
    rest = denial.scope[1:]
    if denial.partly or denial.supposed or claim.cues or not rest or denial.scope[0] in claim.stems:
        return frozenset()
    hinted = frozenset[str]().union(*(near for cue, near in claim.hints if cue not in _UNTIL))
    has = frozenset(w for w in rest if w in claim.able and w not in hinted)
    return has if len(has) > 1 and len(has) >= _MOST * len(rest) else frozenset()


def _turned(claim: Statement, said: Sequence[Statement], every: Sequence[Statement]) -> bool:
    """Whether what goes one way in it goes the other way where they speak most nearly of the same; where
    no word around is the same, nothing like it may go its way anywhere."""
    near = [way for one in said for way in one.ways]
    both = _both(claim.ways) & _both(near)  # a public and a private one, here and there
    turned = [(way, _other_way(way, near)) for way in claim.ways if way.family not in both]
    if any(shared for _, shared in turned):
        return True
    alone = [way for way, shared in turned if shared == 0]
    return bool(alone) and not all(any(_same_way(way, w) for one in every for w in one.ways) for way in alone)


def _both(ways: Sequence[Way]) -> set[str]:
    return {w.family for w in ways if w.sign > 0} & {w.family for w in ways if w.sign < 0}


def _other_way(way: Way, others: Sequence[Way]) -> int | None:
    """How many words around are the same as with what goes the other way; None where nothing does."""
    alike, other = (
        [len(way.around & o.around) for o in others if o.family == way.family and o.sign == sign]
        for sign in (way.sign, -way.sign)
    )
    most = max(other, default=0)
    if alike:
        return most if most > max(1, *alike) else None
    if other:
        return most if way.family not in LOOSE or most > 1 else None
    return 1 if way.sign < 0 and not way.denied and way.family in MARKED else None


def _same_way(way: Way, other: Way) -> bool:
    return way.family == other.family and way.sign == other.sign and not way.around.isdisjoint(other.around)


def swapped(claim: Sequence[str], said: Sequence[str]) -> bool:
    """Whether words that stand in each other's place go opposite ways."""
    mine, theirs = ([way for word in some for way in WAYS.get(word, ())] for some in (claim, said))
    return any(f == g and s != t for f, s in mine for g, t in theirs)
