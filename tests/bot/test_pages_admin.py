"""What admins and reviewers see on the pages, and nobody else."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot import wiring
from bot.learning.desk import Desk
from bot.memory.audit import Audit
from bot.pages.entrance import HERE, Link
from bot.pages.reviews import Reviews
from bot.pages.sessions import Sessions
from bot.pages.site import Place, Site
from bot.pages.sources import Sources
from bot.pages.visit import Entry
from bot.play.slack import SlackStandIn
from bot.play.slack_openid import CLIENT_ID, CLIENT_SECRET
from bot.settings import Settings, load
from bot.shelf import Shelf
from bot.wiring.admins import redacted
from bot.wiring.models import registry
from bot.wiring.pages import here, team
from model.answer import Vote
from model.feedback import vote
from model.learning.case import Terms
from model.learning.reviews import reviews
from model.record import record_answer
from retrieval.rows import documents
from retrieval.sources import Spec
from retrieval.syncs import Syncs
from retrieval.turns import Turns
from tests.bot.conftest import settings_at
from tests.bot.test_desk import ANSWER

PAGES = ("/sources", "/gaps", "/review", "/votes", "/adapters", "/rights", "/audit", "/settings")
HOST = "http://127.0.0.1:3002"
ADAPTER = "kb-0001-0a1b2c3d"


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())
    return settings_at(tmp_path)


@pytest.fixture
def page(settings: Settings) -> TestClient:
    """A browser at this machine."""
    link = Link(Sessions(wiring.engine(settings)))
    browser = TestClient(here(settings, lambda _: [], link, 3002).app(), HOST)
    browser.get(f"/in?key={link.key()}")
    return browser


def at(engine: sa.Engine, entries: Sequence[Entry]) -> TestClient:
    """The same with these pages alone."""
    link = Link(Sessions(engine))
    browser = TestClient(
        Site(Place(frozenset({"127.0.0.1:3002"})), link, Sessions(engine), entries).app(), HOST
    )
    browser.get(f"/in?key={link.key()}")
    return browser


def token(text: str) -> str:
    return re.findall(r'name="token" value="(\w+)"', text)[0]


@pytest.fixture
def browser(tmp_path: Path, migrated: Path, slack: SlackStandIn) -> Callable[..., TestClient]:
    """A browser of somebody who is signed in with Slack."""
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())

    def opened(user: str, **more: object) -> TestClient:
        known = {"slack_bot_token": slack.bot_token, "slack_api_url": slack.api_url, "pages_url": HOST}
        known |= {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET}
        made = team(load(_env_file=None, home=tmp_path, **{**known, **more}), lambda _: [])
        page = TestClient(made.app(), HOST, follow_redirects=False)
        way = page.get("/in/go").headers["location"]
        page.get(httpx.get(f"{way}&user={user}").headers["location"])
        return page

    return opened


def test_who_is_no_admin_finds_none_of_the_pages_of_admins(
    slack: SlackStandIn, browser: Callable[..., TestClient]
) -> None:
    page = browser(slack.add_user("bob"))
    text = page.get("/").text

    assert [page.get(path).status_code for path in PAGES] == [404] * len(PAGES)
    assert not any(f'href="{path}"' in text for path in PAGES)
    assert page.post("/sources/read", data={"token": token(text), "source": "x"}).status_code == 404


def test_admins_of_the_workspace_and_of_the_list_find_them_all(
    slack: SlackStandIn, browser: Callable[..., TestClient], ada: str
) -> None:
    listed = slack.add_user("listed")
    for page in (browser(ada), browser(listed, admins=listed)):
        found = {path: page.get(path).status_code for path in PAGES}

        assert found == dict.fromkeys(PAGES, 200)


def test_reviewers_find_reviews_and_gaps_and_nothing_else_of_it(
    slack: SlackStandIn, browser: Callable[..., TestClient]
) -> None:
    reviewer = slack.add_user("reviewer")
    page = browser(reviewer, reviewers=reviewer)

    assert [path for path in PAGES if page.get(path).status_code == 200] == ["/gaps", "/review"]


def test_no_secret_is_on_the_page_of_settings_and_whatever_was_set_is(tmp_path: Path) -> None:
    secrets = {
        name: f"xoxb-{name}-hush"
        for name, f in Settings.model_fields.items()
        if "Secret" in str(f.annotation)
    }
    secrets["slack_app_token"] = "xapp-hush"
    more = {
        "database_url": "postgresql://me:hush@db.example/footnote",
        "vllm_base_url": "http://u:hush@v.example/v1",
    }
    shown = {one.name: one for one in redacted(load(_env_file=None, home=tmp_path, **secrets, **more))}

    assert "hush" not in json.dumps([one.shown for one in shown.values()])
    assert shown["SLACK_BOT_TOKEN"].shown == "********"
    assert shown["DATABASE_URL"].shown == "********"
    assert shown["VLLM_BASE_URL"].shown == "http://********@v.example/v1"
    assert shown["FOOTNOTE_HOME"].changed and not shown["FOOTNOTE_ALPHA"].changed
    assert len(shown) == len(Settings.model_fields)


def test_votes_are_counted_by_week_with_their_reasons(page: TestClient, settings: Settings) -> None:
    now = datetime.now(UTC)
    with wiring.engine(settings).begin() as connection:
        for n in range(6):
            vote(
                connection,
                Vote(
                    f"a{n}",
                    "U1",
                    "up" if n else "down",
                    now - timedelta(weeks=n % 2),
                    reasons=("outdated",) if not n else (),
                ),
            )
        vote(connection, Vote("old", "U1", "up", now - timedelta(weeks=40)))
    text = page.get("/votes").text
    monday = now.date() - timedelta(days=now.weekday())
    row = re.findall(
        rf'<td[^>]* class="when">{monday}</td>' + 3 * r'\s*<td[^>]* class="number">([^<]*)</td>',
        text,
    )

    assert row == [("2", "1", "67 %")]
    assert "<svg" in text
    assert "It is out of date" in text


def test_the_audit_is_shown_the_newest_first(page: TestClient, settings: Settings) -> None:
    audit = Audit(wiring.engine(settings))
    audit.note("U0ADA", "forget", "handbook/<old>.md")
    audit.note("U0BOB", "promote", "kb-1")
    text = page.get("/audit").text

    assert text.index("promote") < text.index("forget")
    assert "handbook/&lt;old&gt;.md" in text


def test_rights_say_who_may_read_a_document_and_whether_somebody_may(
    page: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = dict(
        held_in="t", uri="kb/plan.md", source="kb", file="kb/plan.md", digest="d", revision="r",
        title="The Plan", url="https://kb.example/plan", untold=False,
        audience='["user:U0ADA0001"]', own='["user:U0ADA0001"]',
        passages=1, indexed_at=datetime.now(UTC),
    )  # fmt: skip
    with wiring.engine(settings).begin() as connection:
        connection.execute(documents.insert().values(row))
    monkeypatch.setattr("bot.wiring.sources.live", lambda _: "t")
    ada = page.get("/rights", params={"document": "plan", "person": "U0ADA0001"}).text
    bob = page.get("/rights", params={"document": "kb/plan.md", "person": "U0BOB0001"}).text
    nobody = page.get("/rights", params={"document": "plan", "person": "<b>"}).text

    assert "user U0ADA0001" in ada and ' class="good">yes</td>' in ada
    assert ' class="bad">no</td>' in bob
    assert "A Slack id looks like" in nobody and "<b>" not in nobody.replace("&lt;b&gt;", "")


def test_a_source_is_read_once_however_often_it_is_pressed_and_the_audit_says_by_whom(
    engine: sa.Engine,
) -> None:
    began, go, read = threading.Event(), threading.Event(), list[str]()

    def sync(name: str, watch: Callable[[], None]) -> None:
        read.append(name)
        began.set()
        go.wait(10)

    syncs = Syncs(engine)
    shelf = Shelf(lambda: [Spec("wiki", "files", ("/x",))], lambda _: "t", syncs, Turns(engine), "main")
    page = at(engine, Sources(shelf, sync, Audit(engine), lambda: 3).entries())
    form = {"token": token(page.get("/sources").text), "source": "wiki"}
    pressed = [page.post("/sources/read", data=form).text for _ in range(3)]
    began.wait(10)
    strange = page.post("/sources/read", data={**form, "source": "other"})
    go.set()

    assert "being read now" in pressed[-1] and "3 questions and commands" in pressed[-1]
    assert read == ["wiki"]
    assert strange.status_code == 404
    assert {(one.who, one.what, one.about) for one in Audit(engine).latest()} == {(HERE, "reindex", "wiki")}


def test_a_reviewers_word_on_the_page_is_written_down_or_said_what_is_wrong_with_it(
    engine: sa.Engine,
) -> None:
    desk = Desk(engine, lambda: Terms(lambda found: set(found)))
    with engine.begin() as connection:
        record_answer(connection, ANSWER, ANSWER.id)
        vote(connection, Vote(ANSWER.id, "U1", "down", datetime.now(UTC)))
    page = at(engine, Reviews(desk).entries())
    text = page.get("/review").text
    form = {"token": token(text), "turn": "0"}
    without = page.post("/review/a1", data={**form, "verdict": "rejected"})
    wrong = page.post(
        "/review/a1", data={**form, "verdict": "corrected", "text": "Pay is made on the 26th. [1]"}
    )
    later = page.post("/review/later", data={**form, "passed": "a1"})
    done = page.post(
        "/review/a1", data={**form, "verdict": "corrected", "text": "Pay is made on the 25th. [1]"}
    )

    assert "Pay is made on the 25th. [1]" in text and "Pay" in text
    assert "Say why it is bad" in without.text
    assert "26th" in wrong.text and "cannot be learnt" in wrong.text
    assert "Nothing waits for a review" in later.text
    assert "Nothing waits for a review" in done.text
    with engine.connect() as connection:
        assert [(row.reviewer, row.verdict) for row in connection.execute(sa.select(reviews))] == [
            (HERE, "corrected")
        ]


def test_adapters_are_shown_with_their_verdicts_and_plots_and_no_other_file(
    page: TestClient, settings: Settings
) -> None:
    place = registry(settings).folder
    (place / "adapters" / ADAPTER).mkdir(parents=True)
    (place / "adapters" / ADAPTER / "train.json").write_text(
        '{"base": "tiny", "dataset": "ds-1", "rows": 12}'
    )
    folder = place / "verdicts" / "kb-0001-0a1b2c3d-vs-base"
    folder.mkdir(parents=True)
    told = {
        "candidate": ADAPTER,
        "verdict": "fail",
        "sentence": "It forges <markers>.",
        "checks": [{"name": "forged", "state": "failed", "sentence": "More than before."}],
    }
    (folder / "verdict.json").write_text(json.dumps(told))
    (folder / "gain.svg").write_text("<svg/>")
    listed, one = page.get("/adapters").text, page.get("/adapters/kb-0001-0a1b2c3d-vs-base").text
    picture = page.get("/adapters/kb-0001-0a1b2c3d-vs-base/gain.svg")

    assert 'href="/adapters/kb-0001-0a1b2c3d-vs-base"' in listed and "tiny" in listed
    assert "It forges &lt;markers&gt;." in one and "More than before." in one
    assert picture.headers["content-type"] == "image/svg+xml" and picture.text == "<svg/>"
    for path in (
        "kb-0002-0a1b2c3d-vs-base",
        "kb-0001-0a1b2c3d-vs-base/verdict.svg",
        "..%2f..%2fadapters/gain.svg",
        "../serving.json",
    ):
        assert page.get(f"/adapters/{path}").status_code == 404
