"""The chat page as it grows: the question at once, then each part of the answer as soon as it is whole."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot import wiring
from bot.pages.questions import Questions
from bot.pages.visit import Visitor
from bot.phrases import say
from bot.settings import Settings
from bot.state import inbox
from bot.wiring.pages import opened
from deploy.ports import free
from model.answer import Answer, Citation, Question, Status
from model.record import recorded
from retrieval.passage import Audience, Passage, SearchUnavailable
from tests.bot.conftest import settings_at

_WELL = Passage("p1", "kb/well.md", "kb", "The well", "It is behind the barn.", 0, 22, "")
CITED = (Citation.of(_WELL, 1, (0, 22)),)


class Slow:
    """What stands in for the chain: it says a thing each time it is let go on."""

    def __init__(self, *said: str | Exception) -> None:
        self._said, self.on = said, threading.Semaphore(0)

    def __call__(self, asked: Question) -> Iterator[Answer]:
        for one in self._said:
            self.on.acquire(timeout=30)
            if isinstance(one, Exception):
                raise one
            yield Answer(asked.id, asked.text, Status.ANSWERED, one, CITED if "[1]" in one else ())


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())
    return settings_at(tmp_path)


class Asking:
    """A question of somebody whose page is read as far as it has come."""

    def __init__(self, page: httpx.Response) -> None:
        self._pieces, self.text = page.iter_text(), ""

    def until(self, words: str) -> str:
        """What is there by then."""
        while words not in self.text:
            self.text += next(self._pieces)
        return self.text


def client() -> httpx.Client:
    return httpx.Client(follow_redirects=True, timeout=60)


def asking(link: str, browser: httpx.Client) -> httpx.Request:
    start = browser.get(link)
    token = re.findall(r'name="token" value="(\w+)"', start.text)[0]
    return browser.build_request("POST", start.url, data={"token": token, "question": "Where is the well?"})


def test_the_question_is_there_at_once_and_each_part_of_its_answer_as_soon_as_it_is_whole(
    settings: Settings,
) -> None:
    slow = Slow("Behind the barn.", "\n\nIt is deep.", " Mind the dog.")
    with opened(settings, slow, port=free()) as found, client() as browser:
        page = browser.send(asking(found.link, browser), stream=True)
        asked = Asking(page)
        first = asked.until("Looking")
        slow.on.release(2)
        second = asked.until("barn")
        slow.on.release()
        last = asked.until("</html>")
        page.close()

    assert "Where is the well?</h1>" in first and "<textarea" not in first
    assert "<p>Behind the barn.</p>" in second and "deep" not in second
    assert "<p>It is deep. Mind the dog.</p>" in last
    assert re.findall(r'name="earlier" value="([^"]+)"', last) == ["Where is the well?"]


def test_what_fails_after_the_page_was_begun_is_said_on_it(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for error, words in (
        (SearchUnavailable("It is down."), "It is down."),
        (KeyError("secret"), "(Reference "),
    ):
        slow = Slow("Behind", error)
        slow.on.release(2)
        with opened(settings, slow, port=free()) as found, client() as browser:
            page = browser.send(asking(found.link, browser)).text

        assert "<p>Behind</p>" in page or error.args == ("secret",)
        assert words in page
        assert 'class="votes"' not in page
        assert "secret" not in page + caplog.text


def test_a_number_of_an_answer_that_is_not_kept_yet_or_never_says_so(settings: Settings) -> None:
    slow = Slow("Behind the barn. [1]", "\n\nIt is deep.", SearchUnavailable("It is down."))
    slow.on.release(2)
    with opened(settings, slow, port=free()) as found, client() as browser:
        page = browser.send(asking(found.link, browser), stream=True)
        asked = Asking(page)
        link = re.findall(r'class="note" href="([^"#]+)#quote"', asked.until("</a></sup>"))[0]
        early = browser.get(page.url.join(link))
        slow.on.release()
        last = asked.until("</html>")
        late = browser.get(page.url.join(link))
        page.close()

    assert (early.status_code, say("page_answer_begun", "") in early.text) == (404, True)
    assert (late.status_code, say("page_no_answer", "") in late.text) == (404, True)
    assert 'class="unkept"' in last


def test_what_failed_has_no_number_that_leads_anywhere(settings: Settings) -> None:
    slow = Slow("Behind the barn. [1]", SearchUnavailable("It is down."))
    slow.on.release(2)
    with opened(settings, slow, port=free()) as found, client() as browser:
        page = browser.send(asking(found.link, browser)).text

    assert "Behind the barn." in page and "[1]" in page
    assert 'class="note"' not in page


def test_who_may_read_less_while_it_is_written_is_shown_no_more_of_it(settings: Settings) -> None:
    rights = [Audience.of("legal")]

    def answer(asked: Question) -> Iterator[Answer]:
        yield Answer(asked.id, asked.text, Status.ANSWERED, "Behind the barn.")
        rights[:] = [Audience.of("everyone")]
        yield Answer(asked.id, asked.text, Status.ANSWERED, " The code is 1234.")

    questions = Questions(wiring.engine(settings), answer, still=lambda _: rights[0])
    chunks = list(questions.ask(Visitor("U1", Audience.of("legal")), "Where is the well?", ()))

    assert [chunk.status for chunk in chunks] == [Status.ANSWERED, Status.FAILED]
    assert chunks[0].text == "Behind the barn." and chunks[1].text.strip() == say("rights_changed", "")
    with wiring.engine(settings).connect() as connection:
        assert recorded(connection, chunks[0].id) is None


def test_an_answer_is_kept_also_where_nobody_waits_for_it_and_its_place_is_free_again(
    settings: Settings,
) -> None:
    slow = Slow("Behind the barn.")
    with opened(settings, slow, port=free()) as found, client() as browser:
        page = browser.send(asking(found.link, browser), stream=True)
        Asking(page).until("Looking")
        page.close()
        slow.on.release(9)
        for _ in range(3):
            last = browser.send(asking(str(page.url), browser)).text

    with wiring.engine(settings).connect() as connection:
        ids = connection.execute(sa.select(inbox.c.event_id).order_by(inbox.c.received_at)).scalars().all()
        kept = [recorded(connection, one) for one in ids]
    assert "Behind the barn." in last
    assert [one and one.text for one in kept] == ["Behind the barn."] * 4
