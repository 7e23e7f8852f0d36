"""footnote retention: what is older than its kind may be goes, down to the bytes of the file; no more."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from spoken import footnote
from test_erase import ANSWER, WORDS, plant
from test_jobs import Closing, asked, soon
from test_servers import saying

from bot import wiring
from bot.care import workflows
from bot.care.kinds import Kind
from bot.care.retention import Retention
from bot.care.workflows import over
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.learning.gaps import closed
from bot.memory.audit import Audit
from bot.settings import load
from bot.state import ASKED, audit, inbox, posts, switches, weeks
from bot.wiring import models
from bot.wiring.retention import DONE, columns, daily, days, retention
from docs import kept
from model.feedback import votes
from model.grounds import grounds
from model.learning.gist import gists
from model.record import answers, recorded
from retrieval.passage import SettingError

DAYS = {Kind.WORDS: 30, Kind.EVENTS: 90, Kind.FIGURES: 365, Kind.WEEKS: 1095, Kind.AUDIT: 90}
NOW = datetime.now(UTC)


@pytest.fixture
def engine(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A state with something of every kind in it, of this moment."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "state.db").write_bytes(migrated.read_bytes())
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    made = wiring.engine(load())
    plant(made, home / "models")
    with made.begin() as db:
        db.execute(weeks.update().values(at=NOW.timestamp()))
        db.execute(gists.delete().where(gists.c.answer == "Ev3"))  # an answer that has no record
    return made


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


def test_words_go_after_their_days_and_what_they_were_about_stays(engine: sa.Engine) -> None:
    keeping = Retention(engine, DAYS)

    early, late = keeping.apply(later(29)), keeping.apply(later(31))

    assert sum(one.count for one in early) == 0
    gone = {(one.table, one.columns): one.count for one in late if one.count}
    assert gone == {
        ("answers", ("question", "text", "struck")): 2,
        ("grounds", ("passage", "kept_since")): 2,
        ("votes", ("correction",)): 2,
    }
    with engine.connect() as db:
        record = recorded(db, ANSWER.id)
        assert record and (record.question, record.text, record.status) == ("", "", "answered")
        assert [one.value for one in votes(db, ANSWER.id)] == ["down", "down"]


def test_no_word_that_went_is_left_in_the_file(engine: sa.Engine, tmp_path: Path) -> None:
    database = tmp_path / "home" / "state.db"
    with engine.begin() as db:
        mark = answers.update().where(answers.c.id == ANSWER.id)
        db.execute(mark.values(text=f"Only here: okapi {WORDS}" * 400))
    assert b"okapi" in b"".join(one.read_bytes() for one in database.parent.glob("state.db*"))

    Retention(engine, DAYS).apply(later(31))

    assert b"okapi" not in b"".join(one.read_bytes() for one in database.parent.glob("state.db*"))


def test_events_figures_and_audit_go_as_whole_rows_but_what_is_taught_or_open_stays(
    engine: sa.Engine,
) -> None:
    keeping = Retention(engine, DAYS)
    with engine.begin() as db:
        db.execute(inbox.update().where(inbox.c.event_id != "Ev3").values(state="final"))
        db.execute(inbox.update().where(inbox.c.event_id == "Ev1").values(state=ASKED))

    keeping.apply(later(91))

    with engine.connect() as db:
        assert db.execute(sa.select(inbox.c.event_id)).scalars().all() == ["Ev3"]
        assert db.execute(sa.select(sa.func.count()).select_from(weeks)).scalar() == 1
        assert db.execute(sa.select(audit.c.who)).scalars().all() == ["retention"]
    assert Audit(engine).verified().faults == ()
    keeping.apply(later(366))
    with engine.connect() as db:
        assert set(db.execute(sa.select(answers.c.id)).scalars()) == {"Ev1", "Ev2"}  # of lessons
        assert votes(db, "Ev2") == []


def test_what_was_closed_and_messages_of_unknown_fate_go_with_their_days(engine: sa.Engine) -> None:
    old, new = f"{later(-400).timestamp():.6f}", f"{later(-1).timestamp():.6f}"
    lost = [("Gone1", old), ("Gone2/no", old), ("Young", new), ("Ev3/2", old)]
    with engine.begin() as db:
        db.execute(posts.delete())
        db.execute(closed.insert(), [{"answer": "A1", "at": later(-366).timestamp()}])
        db.execute(closed.insert(), [{"answer": "A2", "at": later(-364).timestamp()}])
        db.execute(posts.insert(), [{"key": key, "channel": "C1", "thread_ts": at} for key, at in lost])

    Retention(engine, DAYS).apply(NOW)

    with engine.connect() as db:
        assert db.execute(sa.select(closed.c.answer)).scalars().all() == ["A2"]
        assert set(db.execute(sa.select(posts.c.key)).scalars()) == {"Young", "Ev3/2"}


def test_the_command_shows_what_would_go_and_removes_it_only_when_told(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.execute(answers.update().values(created_at=later(-40)))

    shown = footnote("retention")
    again = json.loads(footnote("retention", "--json").stdout)
    done = footnote("retention", "--apply")

    assert "2  answers (question, text, struck): words, after 30 days" in shown.stdout
    assert again[0]["count"] == 2
    assert "Gone." in done.stdout
    assert "Nothing is older" in footnote("retention").stdout


def test_it_is_seen_to_once_a_day_whoever_comes_first(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.execute(answers.update().where(answers.c.id == "Ev1").values(created_at=later(-40)))

    daily(load())()
    with engine.begin() as db:
        db.execute(answers.update().where(answers.c.id == "Ev2").values(created_at=later(-40)))
    daily(load())()  # another replica, the same day

    with engine.begin() as db:
        assert recorded(db, "Ev1").text == ""  # type: ignore[union-attr]
        assert recorded(db, "Ev2").text != ""  # type: ignore[union-attr]
        db.execute(switches.update().where(switches.c.name == DONE).values(value="2026-01-01"))
    daily(load())()
    with engine.connect() as db:
        assert recorded(db, "Ev2").text == ""  # type: ignore[union-attr]


def test_what_cannot_be_removed_or_looked_for_keeps_nothing_else_from_being_done(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(wiring, "expire", broken)
    monkeypatch.setattr(
        models, "models_of", broken
    )  # by which it is seen whether an adapter is to be watched
    with engine.begin() as db:
        db.execute(answers.update().where(answers.c.id == "Ev1").values(created_at=later(-40)))

    wiring.schedules(load()).tick(datetime.now(UTC))

    with engine.connect() as db:
        assert recorded(db, "Ev1").text == ""  # type: ignore[union-attr]
    assert "what is too old could not be removed: OverflowError" in caplog.text
    assert "the adapter is not watched: OverflowError" in caplog.text


def test_by_a_clock_that_is_ahead_or_that_nobody_confirms_nothing_is_removed(
    engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as db:
        db.execute(answers.update().values(created_at=later(-40)))
        db.execute(grounds.update().values(kept_since=later(-40)))

    def removed(address: str) -> bool:
        settings = load(slack_bot_token="xoxb-1", slack_api_url=f"{address}/api/")
        daily(settings)()
        wiring.expire(settings)
        with engine.connect() as db:
            kept = db.scalar(sa.select(sa.func.count()).where(grounds.c.passage.is_not(None)))
            return (recorded(db, "Ev1").text, kept) == ("", 0)  # type: ignore[union-attr]

    with saying(b'{"ok":true}', later(-40).timestamp()) as address:  # what is ahead is ours
        assert not removed(address)
    assert not removed(address)  # nobody is there any more
    assert "nothing is removed for its age: The clock of this machine is +34" in caplog.text
    assert "nothing is removed for its age: Slack cannot be asked what time it is." in caplog.text
    with saying(b'{"ok":true}', time.time() - 600) as address:
        assert removed(address)


def test_days_without_end_are_refused_by_name() -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_RECORD_DAYS"):
        load(record_days=999_999)


def test_events_are_kept_as_long_as_the_words_whose_person_they_know(engine: sa.Engine) -> None:
    kept = days(load(record_days=200, event_days=90))

    assert (kept[Kind.EVENTS], kept[Kind.FIGURES]) == (200, 365)


def test_every_column_is_named_with_its_days(engine: sa.Engine) -> None:
    said = {f"{table}.{column}": days for table, column, _, days, _ in columns(load())}

    assert (said["answers.text"], said["answers.status"], said["reviews.text"]) == (30, 365, None)
    assert "audit.about: audit, 90 days" in footnote("retention", "--columns").stdout


def test_the_page_of_what_is_kept_is_that_of_the_code() -> None:
    written = (Path(__file__).parents[2] / "docs" / "kept.md").read_text(encoding="utf-8")

    assert written == kept.page(), "run: python -m docs.kept > docs/kept.md"


@pytest.mark.slow
def test_durable_work_that_is_over_goes_and_what_is_not_stays(engine: sa.Engine, tmp_path: Path) -> None:
    store = Inbox(engine)
    working = Jobs(store, engine, {"question": Closing(store)})
    working.launch(tmp_path / "home", alone=True)
    try:
        store.store(asked(7))
        working.wake()
        assert soon(lambda: store.waiting() == 0)
    finally:
        working.close()
    home, now = tmp_path / "home", datetime.now(UTC) + timedelta(seconds=5)

    before, counted = over(home, now - timedelta(days=1), go=True), over(home, now, go=False)
    removed, left = over(home, now, go=True), over(home, now, go=False)

    assert (before, left) == (0, 0)
    assert counted == removed > 0


def test_where_nothing_was_ever_worked_on_no_durable_work_is_too_old(place: str | Path) -> None:
    if isinstance(place, Path):
        (place / "work.db").touch()

    assert over(place, NOW, go=True) == 0


def test_durable_work_is_looked_for_where_it_lies_whatever_names_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | Path] = []
    monkeypatch.setattr(workflows, "over", lambda where, before, *, go: asked.append(where) or 0)
    there = load(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'moved.db'}")

    retention(there, apply=True)

    assert asked == [tmp_path / "home"]
