"""The product's own pages on this machine: who is let in, what is asked there, and what a footnote opens."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot import wiring
from bot.indexing.schedules import Child
from bot.pages.entrance import Link
from bot.pages.questions import Full
from bot.pages.sessions import KEY_S, Sessions
from bot.phrases import say
from bot.settings import Settings
from bot.state import connect, inbox, sessions
from bot.wiring.pages import again, here, opened
from deploy.ports import free
from model import feedback
from model.answer import Answer, Near, Question, Status
from model.record import recorded
from retrieval.passage import SearchUnavailable, SettingError
from tests.bot.conftest import settings_at

HOST = "http://127.0.0.1:3002"
LEAVE = "How many weeks of paid leave does each parent get?"


def said(asked: Question) -> Iterator[Answer]:
    """What stands in for the chain: a sentence of the question's own words, in two chunks."""
    if "broken" in asked.text:
        raise SearchUnavailable("The index cannot be reached.")
    if "Segelboot" in asked.text:
        near = (Near("Boats", "https://h.example/boats", "handbook"),)
        yield Answer(asked.id, asked.text, Status.NOT_FOUND, "Nichts.", nearest=near)
        return
    about = f"{asked.text} after {'; '.join(asked.earlier)}" if asked.earlier else asked.text
    yield Answer(asked.id, asked.text, Status.ANSWERED, "Nothing on ")
    yield Answer(asked.id, asked.text, Status.ANSWERED, about)


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())
    return settings_at(tmp_path)


@pytest.fixture
def link(settings: Settings) -> Link:
    return Link(Sessions(wiring.engine(settings)))


@pytest.fixture
def stranger(settings: Settings, link: Link) -> TestClient:
    return TestClient(here(settings, said, link, 3002).app(), HOST, follow_redirects=False)


@pytest.fixture
def page(stranger: TestClient, link: Link) -> TestClient:
    """A browser that is signed in."""
    stranger.get(f"/in?key={link.key()}")
    stranger.follow_redirects = True
    return stranger


def token(page: TestClient, path: str = "/") -> str:
    return re.findall(r'name="token" value="(\w+)"', page.get(path).text)[0]


def ask(page: TestClient, question: str, **more: object) -> str:
    return page.post("/", data={"token": token(page), "question": question, **more}).text


def test_who_is_not_signed_in_is_sent_to_where_one_signs_in_and_shown_nothing_else(
    stranger: TestClient,
) -> None:
    for path in ("/", "/answers/1", "/answers/1/1", "/nowhere"):
        answer = stranger.get(path)

        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/in", "")


def test_the_link_opens_once_and_only_the_newest_does(stranger: TestClient, link: Link) -> None:
    old, key = link.key(), link.key()

    assert stranger.get(f"/in?key={old}").status_code == 403
    assert stranger.get(f"/in?key={key}").headers["location"] == "/"
    assert stranger.get("/").status_code == 200
    assert TestClient(stranger.app, HOST).get(f"/in?key={key}").status_code == 403


def test_a_link_that_another_process_made_opens_the_pages_that_run_for_ten_minutes(
    stranger: TestClient, settings: Settings, link: Link
) -> None:
    state = wiring.engine(settings)
    old = Link(Sessions(state, lambda: time.time() - KEY_S - 1)).key()
    late = stranger.get(f"/in?key={old}")
    new = Link(Sessions(connect(settings.home))).key()
    cookie = TestClient(
        stranger.app, HOST, cookies={"footnote-session-3002": new}, follow_redirects=False
    ).get("/")

    assert (late.status_code, "<code>footnote pages --link</code>" in late.text) == (403, True)
    assert cookie.headers["location"] == "/in"
    assert stranger.get(f"/in?key={new}").headers["location"] == "/"
    with state.connect() as connection:
        assert new not in str(connection.execute(sa.select(sessions)).all())


def test_a_new_link_is_made_for_pages_that_run_and_what_was_begun_there_ends_with_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    class Reading(Child):
        def stop(self) -> None:
            ended.append("reading")
            super().stop()

    monkeypatch.setattr("bot.indexing.schedules.Child", Reading)
    port = free()
    with opened(settings, said, port=port) as found:
        new, command = again(settings, port)
        first, second = httpx.get(found.link), httpx.get(new)
        how = httpx.get(f"http://127.0.0.1:{port}/in").text
        before = list(ended)

    assert (first.status_code, second.headers["location"]) == (403, "/")
    assert f"footnote pages --link --port {port}" in how
    assert (before, ended) == ([], ["reading"])
    assert command == found.command == f"footnote pages --link --port {port}"
    with pytest.raises(
        SettingError, match=f"No pages run on port {port}.* footnote pages --link --port PORT"
    ):
        again(settings, port)


def test_whoever_signs_out_is_out_also_with_the_cookie_that_they_had(page: TestClient) -> None:
    cookies = dict(page.cookies)
    page.post("/out", data={"token": token(page)})
    again = TestClient(page.app, HOST, cookies=cookies, follow_redirects=False)

    assert again.get("/").headers["location"] == "/in"


def test_the_cookie_is_for_no_script_and_no_other_site(stranger: TestClient, link: Link) -> None:
    cookie = stranger.get(f"/in?key={link.key()}").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:3003", "127.0.0.1", ""])
def test_a_browser_that_asks_for_another_host_is_shown_nothing(page: TestClient, host: str) -> None:
    answer = page.get("/", headers={"host": host})

    assert (answer.status_code, answer.text) == (421, "Not here.\n")


def test_a_form_that_no_page_of_ours_has_sent_does_nothing(page: TestClient, settings: Settings) -> None:
    ours = token(page)
    for form, headers in (
        ({"question": "x"}, {}),
        ({"question": "x", "token": "0" * 64}, {}),
        ({"question": "x", "token": ours}, {"origin": "https://evil.example"}),
        ({"question": "x", "token": ours}, {"origin": "null"}),
    ):
        assert page.post("/", data=form, headers=headers).status_code == 403

    with wiring.engine(settings).connect() as connection:
        assert connection.execute(sa.select(inbox)).all() == []


def test_every_page_lets_nothing_in_from_elsewhere_and_is_kept_by_nobody(page: TestClient) -> None:
    for path in ("/", "/in", "/nowhere", "/look.css"):
        headers = page.get(path).headers

        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_a_page_has_neither_inline_styles_nor_scripts(page: TestClient) -> None:
    text = ask(page, "What is <b>bold</b>?")

    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=|https?://", text)
    assert "What is &lt;b&gt;bold&lt;/b&gt;?" in text


def test_a_form_that_is_too_long_is_refused(page: TestClient) -> None:
    assert page.post("/", data={"question": "x" * 70_000}).status_code == 413


def test_a_question_is_kept_with_its_answer_as_one_of_this_machine(
    page: TestClient, settings: Settings
) -> None:
    text = ask(page, "Where is the well?")
    id_ = re.findall(r'action="/answers/([\w-]+)/votes"', text)[0]

    with wiring.engine(settings).connect() as connection:
        row, kept = connection.execute(sa.select(inbox)).one(), recorded(connection, id_)
    assert "Nothing on Where is the well?" in text
    assert (row.event_id, row.person, row.state, row.text, row.direct) == (id_, "local", "final", None, True)
    assert kept is not None
    assert (kept.text, kept.question) == ("Nothing on Where is the well?", "Where is the well?")


def test_the_next_question_may_lean_on_those_before_it(page: TestClient) -> None:
    text = ask(page, "And on Sundays?", earlier=["When is lunch?"])

    assert "Nothing on And on Sundays? after When is lunch?" in text
    assert re.findall(r'name="earlier" value="([^"]+)"', text) == ["When is lunch?", "And on Sundays?"]


def test_what_cannot_be_asked_is_said_beside_the_field_and_what_was_typed_stays(page: TestClient) -> None:
    text = ask(page, "???")

    assert 'role="alert"' in text
    assert ">???</textarea>" in text


def test_a_failure_is_a_sentence_and_no_word_of_the_question_is_in_the_log(
    page: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = ask(page, "A broken secret?")

    assert "The index cannot be reached." in text
    assert "secret" not in caplog.text
    assert "SearchUnavailable" in caplog.text


def test_a_vote_counts_and_what_did_not_help_is_asked_why(page: TestClient, settings: Settings) -> None:
    id_ = re.findall(r'action="/answers/([\w-]+)/votes"', ask(page, "Where is the well?"))[0]
    form = {"token": token(page), "value": "down"}
    asked = page.post(f"/answers/{id_}/votes", data=form).text
    told = page.post(
        f"/answers/{id_}/votes",
        data={**form, "told": "1", "reasons": ["outdated", "evil"], "correction": "Behind the barn."},
    ).text

    with wiring.engine(settings).connect() as connection:
        (vote,) = feedback.votes(connection, id_)
    assert "What was wrong?" in asked
    assert "Noted that this answer did not help" in told
    assert (vote.voter, vote.value, vote.reasons, vote.correction) == (
        "local", "down", ("outdated",), "Behind the barn.",
    )  # fmt: skip


def test_nobody_votes_on_what_nobody_asked(page: TestClient) -> None:
    form = {"token": token(page), "value": "up"}

    assert page.post("/answers/page-1/votes", data=form).status_code == 404


def test_the_pages_speak_the_language_of_the_browser(page: TestClient) -> None:
    german = page.get("/", headers={"accept-language": "de-DE,de;q=0.9"}).text

    assert '<html lang="de">' in german
    assert "Frag deine Dokumente" in german


def test_what_stands_above_the_nearest_pages_is_in_the_language_of_the_question(page: TestClient) -> None:
    assert "Die nächstliegenden Seiten" in ask(page, "Wo ist das Segelboot?")


def test_why_there_is_no_answer_is_in_the_language_of_the_question(
    page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say("no_search", "de") in ask(page, "Wo ist das broken Boot?")
    assert "Deine Frage ist" in ask(page, "Wo ist das Boot? " * 300)
    monkeypatch.setattr("bot.pages.chat.Questions.ask", Mock(side_effect=Full))
    assert say("page_full", "de") in ask(page, "Wo ist das Boot?")


@pytest.mark.slow  # asks the whole chain
def test_a_footnote_opens_the_quoted_words_in_their_document_for_whoever_may_read_it(home: Path) -> None:
    settings = settings_at(home)
    link = Link(Sessions(wiring.engine(settings)))
    site = here(settings, wiring.chain(settings).stream, link, 3002)
    page = TestClient(site.app(), HOST)
    page.get(f"/in?key={link.key()}")
    text = ask(page, LEAVE)
    note = re.findall(r'class="note" href="(/answers/[\w-]+/1)#quote"', text)[0]
    opened = page.get(note).text
    again = page.get(note.rpartition("/")[0]).text
    with wiring.engine(settings).begin() as connection:
        connection.execute(sa.text("UPDATE ledger_documents SET audience = '[\"user:U1\"]'"))

    assert re.search(r'<mark id="quote">[^<]*20 weeks[^<]*</mark>', opened)
    assert "Every employee who becomes a parent" in opened
    assert "20 weeks" in again
    assert page.get(note).status_code == 404
    assert page.get(note.rpartition("/")[0]).status_code == 404
