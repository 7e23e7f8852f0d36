"""A word among others in, which ways it says that things go out."""

from __future__ import annotations

from collections.abc import Sequence

from model.checking.opposites import BOUND, WAYS

_TO_DO = frozenset("to can must should may please and then".split()) | {"", ",", "."}


def goes(tokens: Sequence[str], i: int) -> Sequence[tuple[str, int]]:
    """What it is about, and one way or the other, 1 or -1."""
    if tokens[i] not in WAYS or _no_way(tokens, i):
        return ()
    before, after = tokens[i - 1] if i else "", "".join(tokens[i + 1 : i + 2])
    if (before, tokens[i]) in BOUND:
        return [("bound", BOUND[before, tokens[i]])]
    return [("bound", -1)] if (tokens[i], after) == ("up", "to") else WAYS[tokens[i]]


def counts(tokens: Sequence[str], i: int) -> bool:
    """Whether it stands before a number: no rain for more than 12 months."""
    than, number, *_ = [*tokens[i + 1 : i + 3], "", "."]
    return than == "than" and number[0].isdigit()


def _no_way(tokens: Sequence[str], i: int) -> bool:
    """Whether it only counts points ("First, ..."), says what to do ("you can follow these steps") or that
    something is over (no longer, not any more)."""
    before, word, after = tokens[i - 1] if i else "", tokens[i], tokens[i + 1 : i + 2]
    over = (before == "no" and word == "longer") or (before == "any" and word == "more")
    return over or (word == "first" and after == [","]) or (word == "follow" and before in _TO_DO)
