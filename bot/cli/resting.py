"""A command that rests on the home for as long as it runs: nothing is restored into it meanwhile."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def resting(command: Callable[P, R]) -> Callable[P, R]:
    """The command refuses to start while a restore is under way, and no restore starts while it runs."""

    @functools.wraps(command)
    def inner(*given: P.args, **named: P.kwargs) -> R:
        from bot.care.staged import used
        from bot.settings import load

        with used(load().home):
            return command(*given, **named)

    return inner
