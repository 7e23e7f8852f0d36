"""A question and where it names things in, which of them it denies out; nothing where that is not clear."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from model.tabular.asking import IN, SOFT, Asked

_BUT = frozenset(("but", "with", "aber", "mit", "sondern"))  # where a denial ends
_LINKS = frozenset(("of", "from", "than", "von"))  # behind what denies: free of
_EITHER = frozenset(("or", "oder"))
_BOTH = frozenset(("and", "und"))
_NEITHER = _EITHER | {"nor", "any", "noch"}
_ALSO = _BOTH | _NEITHER  # behind what is denied: and that is too
_ONLY = frozenset("only solely just nur ausschließlich ausschliesslich lediglich".split())
_SAVE = re.compile(r"\b(?:except|excluding|besides|other than|apart from|ausser|bis auf)\b")


def denials(asked: Asked, places: Sequence[Collection[int]]) -> list[bool] | None:
    """Whether each of what stands at `places`, in their order, is denied: "milk but no soy" denies soy.
    None where a denial may be about something else, is denied itself, or one of several would do."""
    words, before, made = asked.words, 0, list[bool]()
    denying = {n for n, word in enumerate(words) if word in asked.denied() - _LINKS}
    if not places or not (denying or _ONLY & {*words} or len(places) > 1):
        return [False] * len(places)
    if _ONLY & {*words} or (denying and _SAVE.search(asked.text)):
        return None
    for place in places:
        said = _behind(words[before : min(place)], {n - before for n in denying}, made)
        if said is None:
            return None
        made.append(said)
        before = max(place) + 1
    if any(n >= before for n in denying):  # "have a beamer not"
        return [True] if len(places) == 1 and not any(made) else None
    return made


def denied(asked: Asked, where: frozenset[int]) -> bool:
    """Whether all that is named there is denied, and nothing that is said between ends that."""
    said = {asked.words[n] for n in range(min(where, default=0), max(where, default=-1)) if n not in where}
    again = _NEITHER | asked.denied()
    goes_on = said <= _BOTH | (again | IN if said & again else set())
    return goes_on and all(_reached(asked, n) for n in where)


def _reached(asked: Asked, at: int) -> bool:
    """Whether a denial stands before the word there and goes on to it."""
    denies = asked.denied() - _LINKS
    before = [n for n, word in enumerate(asked.words[:at]) if word in denies]
    return bool(before) and not _BUT.intersection(asked.words[before[-1] : at])


def _behind(gap: Sequence[str], denying: Collection[int], made: Sequence[bool]) -> bool | None:
    """Of what stands behind these words; `made`: what was said of those before it."""
    here = [n for n in range(len(gap)) if n in denying]
    if made and _EITHER.intersection(gap) and not (made[-1] and not here and _ALSO.issuperset(gap)):
        return None
    if here:
        clear = len(here) == 1 and all(w in SOFT and w not in _BUT for w in gap[here[0] + 1 :])
        return True if clear else None
    if not made or not made[-1]:
        return False
    if _ALSO.issuperset(gap):
        return True
    return False if _BUT.intersection(gap) else None
