"""Settings in; how the clock, Slack's token and the versions of servers are, in a sentence each, out."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot import wiring
from bot.settings import Settings
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from collections.abc import Callable

SKEW_S, REFUSED_S = 30.0, 300.0  # from here on it is said; from here on Slack's events are refused
AHEAD_S = 3600.0  # from here on nothing is removed for its age
JUMP_S = 30.0
FLOORS = {"PostgreSQL": (14,), "SQLite": (3, 35), "vLLM": (0, 10)}
OLD = "{name} {version} is too old. Footnote needs {floor} or newer."
JUMPED = (
    "The clock of this machine was set {seconds:+.0f} s a moment ago. Schedules follow the new one; nothing "
    "is removed for its age while it is ahead of Slack's or the database's. Have chrony or systemd-timesyncd "
    "keep it."
)
SKEWED = "The clock of this machine is {seconds:+.0f} s off that of {whom}. Set it by NTP (chrony)."
DEAF = SKEWED + " Slack's HTTP events are refused while it is: their signatures look old."

UNTOLD = "Slack cannot be asked what time it is."


class Clock:
    """This machine's clock against those of Slack and of the database, and against its own of before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._apart = time.time() - time.monotonic()

    def __call__(self) -> str:
        before, self._apart = self._apart, time.time() - time.monotonic()
        if abs(self._apart - before) >= JUMP_S:
            raise FootnoteError(JUMPED.format(seconds=self._apart - before))
        return clock(self._settings)


def clock(settings: Settings) -> str:
    """Compares with whoever can be asked. Raises FootnoteError where it is off."""
    others: dict[str, Callable[[Settings], float | None]] = {"Slack": _slacks, "the database": _databases}
    found = {whom: apart for whom, ask in others.items() if (apart := ask(settings)) is not None}
    for whom, apart in found.items():
        if abs(apart) >= SKEW_S:
            deaf = (
                whom == "Slack"
                and abs(apart) >= REFUSED_S
                and not settings.slack_app_token.get_secret_value()
            )
            raise FootnoteError((DEAF if deaf else SKEWED).format(seconds=apart, whom=whom))
    said = ", ".join(f"{abs(apart):.0f} s from {whom}" for whom, apart in found.items())
    return said or "compared with nobody: neither Slack nor a database server is set"


def dated(settings: Settings) -> None:
    """Asked before anything is removed for its age, which cannot be undone. Raises FootnoteError where the
    clock is ahead by far, or Slack, if it is set, does not answer: either may be so when a machine starts."""
    found = {"Slack": _slacks(settings, sure=True), "the database": _databases(settings)}
    for whom, apart in found.items():
        if apart and apart >= AHEAD_S:
            raise FootnoteError(SKEWED.format(seconds=apart, whom=whom))


def token(settings: Settings) -> str:
    """Whether Slack takes the bot's token now. Raises FootnoteError where it does not."""
    from bot.posting.calling import Refused, Unclear, client, verify

    try:
        verify(client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    except Refused as error:
        raise FootnoteError(
            f"Slack refuses SLACK_BOT_TOKEN ({error}): nothing can be posted. Install the app again, or copy "
            "the token of its page, and restart; what is asked until then may have to be asked again."
        ) from None
    except Unclear:
        raise FootnoteError("Slack cannot be asked. Check the way out of this machine.") from None
    return "Slack takes it"


def versions(settings: Settings) -> str:
    """Of the database and the model server; Weaviate's is looked at wherever it is opened. Raises
    FootnoteError where one is too old."""
    found = [_database(wiring.engine(settings))]
    if settings.writer_kind == "chat" and settings.vllm_base_url:
        found.append(_model_server(settings))
    for name, version in found:
        floor = FLOORS.get(name, ())
        if floor and _numbers(version) < floor:
            raise FootnoteError(OLD.format(name=name, version=version, floor=".".join(map(str, floor))))
    return ", ".join(f"{name} {version}" for name, version in found)


def _slacks(settings: Settings, *, sure: bool = False) -> float | None:
    from bot.posting.calling import Refused, Unclear, client, verify

    key, told = settings.slack_bot_token.get_secret_value(), list[float]()
    if not key:
        return None
    try:
        verify(client(key, settings.slack_api_url, clock=told.append))
    except Refused:
        pass
    except Unclear:
        if sure:
            raise FootnoteError(UNTOLD) from None
    return -told[-1] if told else None


def _databases(settings: Settings) -> float | None:
    engine = wiring.engine(settings)
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        theirs = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar()
    return time.time() - float(theirs or 0)


def _database(engine: sa.Engine) -> tuple[str, str]:
    if engine.dialect.name == "sqlite":
        return "SQLite", sqlite3.sqlite_version
    with engine.connect() as connection:
        return "PostgreSQL", str(connection.execute(sa.text("SHOW server_version")).scalar()).split()[0]


def _model_server(settings: Settings) -> tuple[str, str]:
    """vLLM says its version beside its API; others are not asked for one."""
    from model.writing.endpoint import Endpoint

    said = Endpoint(settings.vllm_base_url, settings.vllm_api_key.get_secret_value()).version()
    return ("vLLM", said) if said else ("a model server", "without a version")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
