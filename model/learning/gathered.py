"""Lessons and votes in, the rows that a dataset may be made of out; and, once it is built, what it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from model.learning.asked import anew
from model.learning.case import Terms
from model.learning.dataset import Built
from model.learning.fates import Placed, disliked
from model.learning.lesson import lessons, unreviewed
from model.learning.row import Row
from model.learning.sieve import SAID

NO_QUESTION = "cite nothing that a question could be made of"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows to learn from; `disliked`, answers that a reviewer found wrong; `anew`, ids of answers whose
    question was made anew, and `mute`, of those that none could be made for."""

    rows: tuple[Row, ...] = ()
    disliked: tuple[Row, ...] = ()
    anew: frozenset[str] = frozenset()
    mute: frozenset[str] = frozenset()


def gathered(connection: sa.Connection, terms: Terms) -> Gathered:
    """What may be learnt from now. Where what people write in Slack may not be, no row has its question:
    another one is made from what it cites."""
    taught = [*lessons(connection, terms), *unreviewed(connection, terms)]
    wrong = disliked(connection, terms)
    renewed, mute = set[str](), set[str]()

    def spoken(rows: Sequence[Row]) -> tuple[Row, ...]:
        found = list[Row]()
        for one in rows:
            now = one if terms.slack_text and one.question else anew(one)
            if now is None:
                mute.add(one.answer_id)
                continue
            if now is not one:
                renewed.add(one.answer_id)
            found.append(now)
        return tuple(found)

    return Gathered(spoken(taught), spoken(wrong), frozenset(renewed), frozenset(mute))


def placed(of: Gathered, built: Built) -> Placed:
    """Which answers a dataset has, and why it has others not."""
    rows = [*(row for part in built.rows.values() for row in part), *(row for row, _ in built.judged)]
    held = {one.answer_id for one in rows} - {""}
    left = {answer: NO_QUESTION for answer in of.mute}
    left |= {one.answer_id: SAID[one.reason] for one in built.dropped if one.answer_id}
    return Placed(frozenset(held - of.anew), frozenset(held & of.anew), left)
