"""Slack has taken the app away: what was waiting is wordless, and nothing is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.channels import Switches
from bot.events import parse
from bot.inbox import Inbox
from bot.listeners.end import End
from bot.state import inbox
from model import feedback


def event(kind: str, **more: object) -> dict[str, object]:
    return {"type": "event_callback", "event_id": "Ev9", "team_id": "T1", "event": {"type": kind, **more}}


def question(number: int) -> dict[str, object]:
    said = {
        "type": "app_mention",
        "user": "U1",
        "channel": "C1",
        "ts": f"{number}.1",
        "text": "how much leave?",
    }
    return event("") | {"event_id": f"Ev{number}", "event": said}


def test_what_waits_loses_its_words_and_so_does_what_people_typed_into_forms(engine: sa.Engine) -> None:
    rows, switches = Inbox(engine), Switches(engine)
    for body in (question(1), question(2), event("app_uninstalled")):
        rows.store(body)
    with engine.begin() as db:
        vote = {
            "answer": "a",
            "voter": "U1",
            "value": "down",
            "at": datetime.now(UTC),
            "correction": "it is 27",
        }
        db.execute(feedback.ballots.insert().values(**vote))

    end = End(rows, switches, lambda: False)
    for step in (*end.steps, *end.steps):
        step("Ev9")

    with engine.connect() as db:
        kept = db.execute(sa.select(inbox.c.state, inbox.c.text, inbox.c.payload)).all()
        typed = db.execute(sa.select(feedback.ballots.c.correction, feedback.ballots.c.value)).all()
    assert [tuple(row) for row in kept] == [("final", None, None)] * 3
    assert [tuple(row) for row in typed] == [(None, "down")] and switches.gone()


def test_an_end_that_comes_after_the_app_is_installed_again_ends_nothing(engine: sa.Engine) -> None:
    rows, switches = Inbox(engine), Switches(engine)
    for body in (question(1), event("app_uninstalled")):
        rows.store(body)

    for step in End(rows, switches, lambda: True).steps:
        step("Ev9")

    assert not switches.gone() and [row.text for row in rows.open(9)] == ["how much leave?"]


@pytest.mark.parametrize(
    ("tokens", "ours"), [({"bot": ["U0BOT"]}, True), ({"oauth": ["U1"], "bot": []}, False), ({}, False)]
)
def test_a_withdrawn_token_of_somebody_else_is_not_the_end(tokens: dict[str, list[str]], ours: bool) -> None:
    assert (parse(event("tokens_revoked", tokens=tokens)) is not None) is ours
