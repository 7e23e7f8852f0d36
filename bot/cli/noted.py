"""A command that changes something leaves one line in the audit, however it ends; never a word of a text."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

import typer

from bot.cli.person import who

P = ParamSpec("P")
R = TypeVar("R")
NOTED = "noted"  # the attribute of a command that leaves its line
_SAID: ContextVar[list[str | None] | None] = ContextVar("footnote-noted", default=None)


def noted(what: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The command leaves a line that calls it `what`; one that was used wrongly has done nothing."""

    def outer(command: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(command)
        def inner(*given: P.args, **named: P.kwargs) -> R:
            with _line(what):
                return command(*given, **named)

        setattr(inner, NOTED, what)
        return inner

    return outer


def about(said: str) -> None:
    """Adds to the line: ids, counts and names of ours."""
    if (parts := _SAID.get()) is not None:
        parts.append(said)


def unchanged() -> None:
    """The command has only looked: it leaves no line."""
    if (parts := _SAID.get()) is not None:
        parts.append(None)


@contextmanager
def _line(what: str) -> Iterator[None]:
    said: list[str | None] = []
    token = _SAID.set(said)
    try:
        yield
    except typer.BadParameter:
        raise
    except BaseException as error:
        if code := getattr(error, "exit_code", type(error).__name__):
            said.append(f"ended={code}")
        try:
            _note(what, said)
        except Exception:  # the first error says more
            raise error from None
        raise
    else:
        _note(what, said)
    finally:
        _SAID.reset(token)


def _note(what: str, said: list[str | None]) -> None:
    from bot import wiring
    from bot.memory.audit import Audit
    from bot.settings import load

    if None not in said:
        Audit(wiring.engine(load())).note(who(), what, " ".join(one for one in said if one))
