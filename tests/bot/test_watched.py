"""What whoever watches a process is shown: that it lives, what is well, and figures, in nobody's words."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from bot_process import BotProcess
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot import replicas
from bot.census import Census
from bot.memory.audit import Audit
from bot.meters import Meters
from bot.play.slack import SlackStandIn
from bot.state import inbox
from bot.web import watch
from bot.web.watch import Health, Look, site
from deploy.ports import free
from model.answer import Answer, Citation, Fault, Status, Struck, Timings
from model.trail import Trail
from retrieval.ledger import Ledger
from retrieval.passage import Document, FootnoteError, IndexMissing
from retrieval.rows import DocumentRow, documents, values

RUNNING = Path(__file__).parents[2] / "docs" / "running.md"
CANARY = "plum-canary-4711"
CITED = Citation(1, "p1", "d", "T", "u", (), None, 0, 5, CANARY, None)


def soon(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def figures(page: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each sample of a page by its name and the values of its labels."""
    return {
        (sample.name, tuple(v for k, v in sorted(sample.labels.items()) if k != "le")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def broken() -> str:
    raise FootnoteError("The model gave no token.")


def fault() -> str:
    raise RuntimeError(CANARY)


def test_a_part_that_is_not_needed_makes_it_degraded_and_still_ready() -> None:
    health = Health([Look("state", lambda: "writable", needed=True), Look("writer", broken)])
    page = TestClient(site(health, Meters()))

    before = page.get("/readyz")
    health.look()
    after = page.get("/readyz")

    assert (before.status_code, before.json()["state"]) == (503, "not_ready")
    assert (after.status_code, after.json()["state"]) == (200, "degraded")
    assert after.json()["parts"]["writer"] == {"state": "down", "says": "The model gave no token."}


def test_without_a_needed_part_it_is_not_ready_and_still_lives() -> None:
    health = Health([Look("state", broken, needed=True)])
    page = TestClient(site(health, Meters()))
    health.look()

    assert page.get("/readyz").status_code == 503
    assert page.get("/healthz").text == "ok\n"


def test_a_fault_of_ours_is_named_by_its_kind_alone() -> None:
    health = Health([Look("index", fault)])
    health.look()
    said = json.dumps(health.report())

    assert "RuntimeError" in said
    assert CANARY not in said


def test_each_part_is_looked_at_when_it_is_due_and_no_sooner() -> None:
    looked: list[str] = []

    def note(part: str) -> str:
        looked.append(part)
        return "well"

    health = Health([Look("often", lambda: note("often"), 0.0), Look("seldom", lambda: note("seldom"), 60.0)])
    for _ in range(3):
        health.look()

    assert sorted(looked) == ["often"] * 3 + ["seldom"]


def test_what_is_not_well_yet_right_after_the_start_is_not_known_and_no_alarm() -> None:
    settles, cold, warm = ({"every_s": 0.0, "settles_s": one} for one in (0.0, 60.0, 60.0))
    well = iter((None, "well"))

    def warms() -> str:
        if (said := next(well, None)) is None:
            raise FootnoteError("The model gave no token.")
        return said

    health = Health(
        [Look("down", broken, **settles), Look("cold", broken, **cold), Look("warm", warms, **warm)]
    )
    health.look()
    first = health.well()
    health.look()
    second = health.well()
    health.look()

    assert (first, second) == ({"down": False}, {"down": False, "warm": True})
    assert health.well() == {"down": False, "warm": False}  # it was well before
    assert health.report()["parts"]["cold"]["state"] == "unknown"  # type: ignore[index]


def test_what_is_not_well_for_longer_than_it_may_settle_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health([Look("question", broken, 0.0, settles_s=1.0)])
    health.look()
    before = health.well()
    time.sleep(1.1)
    health.look()

    assert (before, health.well()) == ({}, {"question": False})


def test_nothing_is_said_to_be_down_once_the_process_is_told_to_stop() -> None:
    def stopped() -> str:
        health.stop()
        raise FootnoteError("The model gave no token.")

    health = Health([Look("question", stopped)])
    health.look()

    assert health.well() == {}


def test_what_is_needed_is_looked_at_while_something_else_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    hangs, looked = threading.Event(), threading.Semaphore(0)

    def waits() -> str:
        hangs.wait(30)
        return "at last"

    def notes() -> str:
        looked.release()
        return "writable"

    health = Health([Look("writer", waits, 0.0), Look("state", notes, 0.0, needed=True)])
    health.start()
    try:
        assert looked.acquire(timeout=20) and looked.acquire(timeout=20)
        assert health.report()["parts"] == {
            "writer": {"state": "unknown", "says": "not looked at yet"},
            "state": {"state": "ok", "says": "writable"},
        }
    finally:
        hangs.set()
        health.stop()


def test_a_part_whose_look_hangs_is_down_and_so_is_who_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.02)
    monkeypatch.setattr(watch, "HANGS_S", 0.2)
    hangs, looks = threading.Event(), itertools.count()

    def home() -> str:
        if next(looks):
            hangs.wait(30)
        return "writable"

    health = Health([Look("home", home, 0.0, needed=True), Look("slack", lambda: "connected", needed=True)])
    health.start()
    try:
        assert soon(lambda: health.ready)
        assert soon(lambda: not health.ready)
        assert health.well() == {"home": False, "slack": True}
        assert "has not ended for" in str(health.report()["parts"])
        hangs.set()
        assert soon(lambda: health.ready)
    finally:
        hangs.set()
        health.stop()


def test_a_process_whose_heart_stopped_is_not_counted(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "DEAD_AFTER_S", 0.0)
    replicas.Replicas(engine, replicas.WORK).beat()
    meters = Meters()
    meters.add(Census(engine, tmp_path, unknown))

    meters.page()
    assert figures(meters.page().decode())["footnote_replicas", ("worker",)] == 0


def test_an_answer_is_counted_by_status_writer_and_what_was_struck_and_by_none_of_its_words() -> None:
    meters = Meters()
    struck = (Struck(CANARY, Fault.FIGURE), Struck(CANARY, Fault.FORGED))
    answer = Answer(
        "a1",
        CANARY,
        Status.DEGRADED,
        CANARY,
        (CITED,),
        "extract",
        timings=Timings(5, 12, 80, 140),
        struck=struck,
    )
    meters.answered(answer, 0.3)
    page = meters.page().decode()
    found = figures(page)

    assert found["footnote_answers_total", ("degraded",)] == 1
    assert found["footnote_writers_total", ("extract",)] == 1
    assert found["footnote_struck_total", ("figure",)] == found["footnote_struck_total", ("forged",)] == 1
    assert found["footnote_citations_total", ()] == 1
    assert found["footnote_answer_seconds_sum", ("total",)] == pytest.approx(0.14)
    assert found["footnote_answer_seconds_sum", ("queue",)] == pytest.approx(0.3)
    assert CANARY not in page


def test_the_state_says_how_much_waits_and_since_when(engine: sa.Engine, tmp_path: Path) -> None:
    waiting = {
        "kind": "question", "team": "T1", "channel": "C1", "person": "U1", "direct": False,
        "text": CANARY, "attempts": 0, "received_at": time.time() - 90,
    }  # fmt: skip
    with engine.begin() as connection:
        for event, state in (("Ev1", "received"), ("Ev2", "received"), ("Ev3", "answered"), ("Ev4", "final")):
            connection.execute(inbox.insert().values(event_id=event, state=state, **waiting))
    meters = Meters()
    meters.add(Census(engine, tmp_path, unknown))
    page = meters.page().decode()
    found = figures(page)

    assert found["footnote_rows", ("received",)] == 2
    assert found["footnote_rows", ("answered",)] == 1
    assert ("footnote_rows", ("final",)) not in found
    assert found["footnote_oldest_row_seconds", ()] == pytest.approx(90, abs=30)
    assert found["footnote_state_up", ()] == 1
    assert found["footnote_home_free_bytes", ()] > 0
    assert CANARY not in page


def test_what_is_refused_taken_out_and_seen_is_counted_by_kind() -> None:
    meters = Meters()
    trail = Trail(stripped={"link": 2, "mention": 1})
    meters.answered(Answer("a1", CANARY, Status.ANSWERED, CANARY, writer="extract", trail=trail), 0.3)
    meters.refused("person")
    meters.signed(0.2)
    meters.offset(-41.5)
    meters.looked(lambda: {"slack": True, "writer": False})
    found = figures(meters.page().decode())

    assert found["footnote_stripped_total", ("link",)] == 2
    assert found["footnote_stripped_total", ("image",)] == 0
    assert found["footnote_refusals_total", ("person",)] == 1
    assert found["footnote_first_sign_seconds_count", ()] == 1
    assert found["footnote_clock_offset_seconds", ()] == -41.5
    assert (found["footnote_part_up", ("slack",)], found["footnote_part_up", ("writer",)]) == (1, 0)


def test_what_answers_and_what_has_yet_to_leave_the_store_is_told(engine: sa.Engine, tmp_path: Path) -> None:
    ledger = Ledger(engine)
    with engine.begin() as db:
        for name in ("leave", "lunch"):
            one = Document(f"kb/{name}", "kb", name, "text", "https://kestrel.example", "d")
            db.execute(documents.insert().values(values("main_1", DocumentRow(one, one.uri, 2, "r1"))))
    meters = Meters()
    meters.add(Census(engine, tmp_path, lambda: "main_1", lambda: "kb-0003-1a2b3c4d"))
    before = figures(meters.page().decode())
    ledger.hide(["main_1"], ["kb/leave"])
    after = figures(meters.page().decode())
    ledger.gone(["main_1"], ["kb/leave"])
    end = figures(meters.page().decode())

    pending = [found["footnote_deletions_pending", ()] for found in (before, after, end)]
    assert pending == [0, 1, 0]
    assert before["footnote_index", ("main_1",)] == 1
    assert before["footnote_production", ("kb-0003-1a2b3c4d",)] == 1


def test_a_register_that_cannot_be_read_takes_no_other_figure_away(engine: sa.Engine, tmp_path: Path) -> None:
    def damaged() -> str:
        raise FootnoteError("models/serving.json cannot be read.")

    meters = Meters()
    meters.add(Census(engine, tmp_path / "gone", unknown, damaged))
    found = figures(meters.page().decode())

    assert found["footnote_state_up", ()] == 1
    assert not [name for name, _ in found if name in ("footnote_production", "footnote_home_free_bytes")]


def test_the_age_of_the_last_backup_is_told_once_there_is_one(engine: sa.Engine, tmp_path: Path) -> None:
    meters = Meters()
    meters.add(Census(engine, tmp_path, unknown))
    assert ("footnote_backup_age_seconds", ()) not in figures(meters.page().decode())
    Audit(engine).note("root", "backup", "a.backup")

    assert 0 <= figures(meters.page().decode())["footnote_backup_age_seconds", ()] < 60


def test_the_page_on_running_it_names_every_figure_there_is(engine: sa.Engine, tmp_path: Path) -> None:
    meters = Meters()
    meters.add(Census(engine, tmp_path, lambda: "none_1"))
    Audit(engine).note("root", "backup", "a.backup")
    meters.looked(lambda: {"slack": True})
    page = meters.page().decode()
    exported = {family.name for family in text_string_to_metric_families(page)}
    told = set(re.findall(r"^\| `(footnote_\w+)`", RUNNING.read_text("utf-8"), re.MULTILINE))

    assert told == {name for name in exported if not name.endswith("_created")}


def unknown() -> str:
    raise IndexMissing("There is no index yet.")


def test_metrics_are_served_when_the_state_cannot_be_reached(tmp_path: Path) -> None:
    meters = Meters()
    meters.add(Census(sa.create_engine(f"sqlite:///{tmp_path / 'none' / 'state.db'}"), tmp_path, unknown))
    found = figures(meters.page().decode())

    assert found["footnote_state_up", ()] == 0
    assert ("footnote_oldest_row_seconds", ()) not in found


def test_what_has_not_happened_yet_is_said_to_be_zero(engine: sa.Engine, tmp_path: Path) -> None:
    """Of what appears as one, Prometheus sees no growth."""
    meters = Meters()
    meters.add(Census(engine, tmp_path, lambda: "none_1"))
    meters.looked(lambda: {"slack": True})

    found = figures(meters.page().decode())

    assert found["footnote_events_total", ("lost",)] == 0
    assert found["footnote_rows", ("received",)] == 0


@pytest.fixture(params=["socket", "http"])
def slack(request: pytest.FixtureRequest) -> Iterator[SlackStandIn]:
    with SlackStandIn(mode=request.param) as running:
        yield running


def fetched(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.slow
def test_a_serving_process_can_be_watched_while_it_answers(slack: SlackStandIn, tmp_path: Path) -> None:
    port = free()
    with BotProcess(slack, tmp_path, FOOTNOTE_METRICS_PORT=str(port)) as bot:
        person = slack.add_user("Ada")
        channel = slack.add_channel("help", person)
        ts = slack.mention(person, channel, f"How long is parental leave? {CANARY}")
        slack.wait_for_reply(channel, ts, until=lambda one: "26 weeks" in one.shown)
        state, page = "", ""
        for _ in range(200):
            state, page = fetched(port, "/readyz")[1], fetched(port, "/metrics")[1]
            if '"state":"degraded"' in state and "footnote_final_seconds_count 1.0" in page:
                break
            time.sleep(0.1)
        found = figures(page)

        assert fetched(port, "/healthz") == (200, "ok\n")
        assert json.loads(state)["state"] == "degraded"  # there is no index
        assert json.loads(state)["parts"]["state"]["state"] == "ok"
        assert found["footnote_events_total", ("stored",)] >= 1
        assert found["footnote_answers_total", ("answered",)] == 1
        assert found["footnote_ack_seconds_count", ()] >= 1
        assert found["footnote_final_seconds_count", ()] == 1
        assert found["footnote_slack_calls_total", ("auth.test", "ok")] >= 1
        assert found["footnote_replicas", ("serve",)] == 1
        assert CANARY not in state + page
        assert bot.stop() == 0
