"""What the numbers and the nearest pages of an answer open in footnote play, and for whom."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.play.slack import SlackStandIn
from bot.wiring.documents import reading
from model.answer import Answer, Near, Status
from retrieval.passage import Audience
from retrieval.rows import documents
from tests.bot.conftest import settings_at

pytestmark = pytest.mark.slow  # indexes the example handbook

SHARED = "https://docs.example.com/shared"
PUBLIC, PRIVATE = "handbook/people/parental-leave.md", "handbook/people/salary-bands.md"


def opened(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_nearest_page_opens_that_document_for_its_readers_only(home: Path) -> None:
    settings = settings_at(home)
    (private,) = [one for one in wiring.ledger(settings).all(_table(home)) if one.uri == PRIVATE]
    with wiring.ledger(settings).engine.begin() as db:
        db.execute(sa.update(documents).where(documents.c.uri.in_((PUBLIC, PRIVATE))).values(url=SHARED))
    pages = tuple(Near(uri, SHARED, "handbook", uri) for uri in (PUBLIC, PRIVATE))
    answer = Answer("Ev1", "q", Status.NOT_FOUND, "Nothing.", nearest=pages)

    with SlackStandIn(reading=reading(settings)) as slack:
        outside = [opened(page.url) for page in slack.library.addressed(answer, Audience()).nearest]
        inside = [opened(page.url) for page in slack.library.addressed(answer, private.audience).nearest]

    assert [status for status, _ in outside] == [200, 404]
    assert PUBLIC in outside[0][1] and PRIVATE not in outside[1][1]
    assert inside[1][0] == 200 and PRIVATE in inside[1][1]


def _table(home: Path) -> str:
    settings = settings_at(home)
    return wiring.store(settings).live(settings.workspace).name
