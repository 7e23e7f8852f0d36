"""footnote doctor: each setting and server checked, each problem with its fix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import typer

from retrieval.passage import FootnoteError, IndexMissing

if TYPE_CHECKING:
    from bot.settings import Settings

# Read where they are needed: by benchmarks and fits, by deploy/, by tests.
ELSEWHERE = (
    "FOOTNOTE_DATA",
    "FOOTNOTE_CACHE",
    "FOOTNOTE_FAILPOINT",
    "FOOTNOTE_KILL_EVERY",
    "FOOTNOTE_REQUIRE_SERVICES",
)


OURS = "FOOTNOTE_"
NEAR = 0.7  # how like a setting a name has to be that may mean it


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `fix` is empty where it is well. What is not `needed` may be absent."""

    name: str
    found: str
    fix: str = ""
    needed: bool = True


def doctor() -> None:
    """Check settings and servers and say how to mend what is wrong. Exit code 1: something is."""
    from rich.console import Console
    from rich.markup import escape

    from bot.settings import load

    console, broken = Console(), False
    for check in checks(load()):
        broken |= bool(check.fix) and check.needed
        sign = "[green]ok[/]  " if not check.fix else "[red]FAIL[/]" if check.needed else "[yellow]--[/]  "
        console.print(f"{sign} [bold]{escape(check.name)}[/]: {escape(check.found)}")
        if check.fix:
            console.print(f"      {escape(check.fix)}")
    raise typer.Exit(1 if broken else 0)


def checks(settings: Settings) -> Iterator[Check]:
    """Everything that can be looked at from here, in the order in which a question meets it."""
    from bot.wiring import checks as look
    from bot.wiring import servers, traced
    from bot.wiring.restore import half

    yield Check("profile", f"{settings.profile}: store {settings.store_kind}, writer {settings.writer_kind}")
    yield from _misspelt()
    yield _tried("home", lambda: look.home(settings))
    yield _tried("room", lambda: look.room(settings))
    yield _tried("state", lambda: look.state(settings))
    yield _tried("audit", lambda: look.audit(settings))
    yield _tried("restore", lambda: half(settings))
    yield _tried("versions", lambda: servers.versions(settings))
    yield _tried("clock", lambda: servers.clock(settings))
    yield _tried("embedder", lambda: look.embedder(settings))
    yield _tried("answerability", lambda: look.answerability(settings))
    yield _tried("index", lambda: look.index(settings))
    yield _tried("sources", lambda: look.sources(settings))
    if settings.reranker:
        yield _tried("reranker", lambda: look.reranker(settings))
    if settings.otlp_endpoint:
        yield _tried("traces", lambda: traced.ready(settings))
    if settings.redact:
        yield _tried("redaction", lambda: look.redaction(settings))
    yield _tried("writer", lambda: look.writer(settings))
    yield from _slack(settings)


def _misspelt() -> Iterator[Check]:
    for name, meant in unknown().items():
        yield Check(
            name, "is no setting", f"Did you mean {meant}?" if meant else "See .env.example.", needed=False
        )


def unknown() -> dict[str, str]:
    """Variables that begin as ours do and are no setting, each with the one that may be meant, or nothing."""
    from dotenv import dotenv_values

    from bot.settings import Settings

    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    given = {*os.environ, *dotenv_values(".env")}
    strange = sorted(n for n in given if n.startswith(OURS) and n not in {*names, *ELSEWHERE})
    ours = {name.removeprefix(OURS): name for name in names}  # what all begin with makes none of them near
    near = {name: get_close_matches(name.removeprefix(OURS), list(ours), 1, NEAR) for name in strange}
    return {name: ours[found[0]] if found else "" for name, found in near.items()}


def _tried(name: str, look: Callable[[], str]) -> Check:
    from bot.wiring.checks import Doubt, damage

    try:
        return Check(name, look())
    except Doubt as error:
        return Check(name, "in doubt", str(error), needed=False)
    except IndexMissing as error:
        return Check(name, "there is none yet", str(error))
    except FootnoteError as error:
        return Check(name, "not well", str(error))
    except Exception as error:
        return Check(name, "not well", damage(error) or _fault(error))


def _fault(error: Exception) -> str:
    return f"Looking at it failed ({type(error).__name__}); that is a fault of Footnote. Please report it."


def _slack(settings: Settings) -> Iterator[Check]:
    bot, app, secret = (
        token.get_secret_value()
        for token in (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    )
    if not bot:
        yield Check("slack", "not connected", "Run footnote setup to connect Slack.", needed=False)
        return
    from bot.posting.calling import Refused, Unclear, client, open_socket, verify

    asks: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("SLACK_BOT_TOKEN", bot, lambda: verify(client(bot, settings.slack_api_url))),
        ("SLACK_APP_TOKEN", app, lambda: open_socket(app, settings.slack_api_url)),
    )
    for name, token, ask in asks:
        if not token:
            continue
        try:
            ask()
            yield Check(name, "Slack accepts it")
            if token == bot:
                yield _tried("Slack's scopes", lambda: _scopes(bot, settings.slack_api_url))
        except Refused:
            yield Check(
                name, "Slack refuses it", f"Copy {name} again from your app's page, or run footnote setup."
            )
        except Unclear:
            yield Check(name, "Slack cannot be asked", "Check SLACK_API_URL and the way out of this machine.")
        except Exception as error:
            yield Check(name, "not well", _fault(error))
    if not app and not secret:
        yield Check(
            "slack events",
            "neither Socket Mode nor HTTP",
            "Run footnote setup, or set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).",
        )


def _scopes(token: str, api_url: str) -> str:
    from bot.posting.calling import client
    from bot.who.asking import SCOPES, lacking

    missing = lacking(client(token, api_url))
    unsaid = ", ".join(f"{SCOPES[scope]} ({scope})" for scope in missing)
    if missing == ["mpim:read"]:  # an app that is not meant for them does without
        return f"enough; Slack does not say {unsaid}: it does not answer there"
    if missing:
        raise FootnoteError(
            f"Slack does not say {unsaid}, and without that nothing is shown. Add what is missing to the bot "
            "token's scopes on the app's page, OAuth & Permissions, and install the app again."
        )
    return "all that it takes to know who may read what"
