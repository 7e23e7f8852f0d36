"""footnote erase: whatever somebody left, in whatever table or file, is gone; what others left stays."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from spoken import footnote

from bot import wiring
from bot.channels import Channels, Switches
from bot.inbox import Inbox
from bot.learning import erasing
from bot.listeners.end import End
from bot.memory import audit
from bot.memory.weeks import Weeks
from bot.settings import Settings, load
from bot.state import connect, inbox, posts, upgrade
from bot.wiring.learning import forgetting
from model.answer import Answer, Citation, Fault, Status, Struck, Vote
from model.feedback import vote, vote_early, votes
from model.learning import attempts, gist, golden, optout, reviews, verified, waiting
from model.learning import folders as folders_of_models
from model.learning.dataset import Rules, build
from model.learning.drift import Week
from model.learning.erasure import HERE, erased
from model.learning.reviews import Review
from model.learning.verified import Verified
from model.record import record_answer, recorded
from model.trail import Trail
from retrieval.passage import VERIFIED, Audience, Hit, Passage, SearchUnavailable
from tests.model.lessons import lesson

USER, OTHER = "U0ZEBRA7", "U0ZEBRA77"  # the one is how the other begins
WORDS = "quagga with stripes"  # of the person, in whatever they wrote
NOW = datetime.now(UTC)
PAY = Passage(
    *("p1", "kb/pay.md", "kb", "Pay", "Pay is made on the 25th.", 0, 24, "https://k.example/pay#when"),
    audience=Audience.of("everyone", f"user:{USER}"),
)
TRAIL = Trail(Audience.of("everyone", f"user:{USER}"), hits=(Hit(PAY, 1.0),), sure=0.9, days=30)
ANSWER = Answer(
    *("Ev1", f"{WORDS}?", Status.ANSWERED, "Pay is made on the 25th. [1]", (Citation.of(PAY, 1, (0, 24)),)),
    struck=(Struck(f"The {WORDS} is paid. [1]", Fault.NAME, "quagga"),),
    trail=TRAIL,
)
OF_THEM = replace(lesson(3), question=f"{WORDS}?", people=(USER,), answer_id="Ev1", rights="consented")
OF_OTHERS = replace(lesson(4), people=(OTHER,), answer_id="Ev2")


def event(id: str, person: str, text: str) -> dict[str, object]:
    said = {"type": "message", "channel": "C1", "ts": f"{id[2:]}.1", "user": person, "text": text}
    return {
        "type": "event_callback",
        "event_id": id,
        "team_id": "T1",
        "event": said | {"channel_type": "im"},
    }


def plant(engine: sa.Engine, models: Path) -> None:
    """Every kind of what a person leaves, and beside each what somebody else leaves."""
    store = Inbox(engine)
    for id, person, text in (("Ev1", USER, WORDS), ("Ev2", OTHER, "another's words"), ("Ev3", USER, WORDS)):
        store.store(event(id, person, text))
    store.close("Ev1")
    with engine.begin() as db:
        record_answer(db, ANSWER, "Ev1", keep_question=True)
        another = replace(ANSWER, id="Ev2", question="another's words?", struck=())
        record_answer(db, another, "Ev2", keep_question=True)
        for who, said in ((USER, WORDS), (OTHER, "another's words")):
            vote(db, Vote("Ev1", who, "down", NOW, correction=said))
            vote(db, Vote("Ev2", who, "up", NOW))
            vote_early(db, ("C1", "1.1"), Vote("", who, "up", NOW, "reaction"))
            audit.note(db, who, "channel", f"C1 expert={who}")
        reviews.put(db, Review("Ev1", "corrected", USER, text=WORDS), OF_THEM)
        reviews.put(db, Review("Ev2", "confirmed", OTHER), OF_OTHERS)
        optout.leave(db, USER)
        for id, expert, asker in (("Ev1", OTHER, USER), ("Ev2", USER, OTHER), ("Ev3", OTHER, OTHER)):
            verified.put(db, confirmed(id, expert, asker))
            gist.keep(db, id, "e", "00" * 32)
    Weeks(engine).keep(Week("2026-W48", 0.0, stale=(f"of-{USER}", f"of-{OTHER}")))
    with engine.begin() as db:  # as reports of a week were told
        told = [
            {"key": f"weekly-2026-W48/{who}", "channel": f"D{who}", "thread_ts": ""} for who in (USER, OTHER)
        ]
        db.execute(posts.insert(), told)
    Channels(engine).change("C1", USER, expert=USER)
    Channels(engine).change("C2", OTHER, expert=OTHER)
    Switches(engine).turn("paused", USER, on=False)
    folders(models)


def confirmed(id: str, expert: str, asker: str) -> Verified:
    asked = f"{WORDS if asker == USER else 'another'}?"
    said = WORDS if expert == USER else f"No {id}."
    told = (expert, f"Name of {expert}", asker, asked, said, f"https://x.example/{id}")
    return Verified(id, VERIFIED, "C1", "1.1", f"{id[2:]}.2", *told, True, NOW, NOW.date())


def folders(models: Path) -> None:
    rows = [OF_THEM, OF_OTHERS, *(lesson(i) for i in range(5, 60))]
    build(
        [replace(row, people=(f"U{i}", *row.people)) for i, row in enumerate(rows)],
        RULES,
        models / "datasets",
    )
    set_ = golden.freeze(models / "golden", "kb", golden.Parts((OF_THEM, OF_OTHERS), (OF_THEM,)))
    for row in (OF_THEM, OF_OTHERS):
        waiting.add(models / "golden", row, locked=False)
    attempts.attempt(models, golden.opened(set_), ("kb-0001-aaaaaaaa", ""), by="gate")
    (models / "evals" / set_.name / "base" / "1").mkdir(parents=True)
    (models / "evals" / set_.name / "base" / "1" / "answers.jsonl").write_text(json.dumps({"text": WORDS}))
    adapter = models / "adapters" / "kb-0001-aaaaaaaa"
    adapter.mkdir(parents=True)
    lines = next(models.glob("datasets/*/sft.jsonl")).read_text().splitlines()
    seen = [json.loads(line)["id"] for line in lines]
    (adapter / "train.json").write_text(json.dumps({"row_ids": seen}))
    event = {"at": 0.0, "who": USER, "what": "promote", "adapter": "kb-0001-aaaaaaaa", "why": "pass"}
    (models / "events.jsonl").write_text(json.dumps(event) + "\n")


def lesson_of(id: str, person: str, question: str) -> Any:
    return replace(lesson(9), question=question, people=(person,), answer_id=id, rights="consented")


RULES = Rules(of_person=1.0, refusals=0.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(_env_file=None, home=tmp_path / "footnote-home")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everything is that somebody leaves. Not to be changed."""
    home = tmp_path_factory.mktemp("full") / "home"
    engine = wiring.engine(load(_env_file=None, home=home))
    plant(engine, home / "models")
    engine.dispose()
    (home / "log").mkdir()
    (home / "log" / "footnote.log").write_text(f"2026 WARNING not told: {USER} but {OTHER}\n")
    return home


@pytest.fixture
def planted(full: Path, settings: Settings) -> Settings:
    shutil.copytree(full, settings.home)
    return settings


def dumped(settings: Settings) -> str:
    """Every row of every table."""
    with closing(sqlite3.connect(settings.home / "state.db")) as db:
        return "\n".join(db.iterdump())


def held(settings: Settings) -> dict[str, str]:
    """Every file of the home, as its bytes are."""
    files = (file for file in settings.home.rglob("*") if file.is_file())
    return {str(file.relative_to(settings.home)): file.read_bytes().decode("latin-1") for file in files}


def test_a_search_of_every_table_and_file_finds_nothing_of_the_person(planted: Settings) -> None:
    before = dumped(planted) + "".join(held(planted).values())
    assert WORDS in before and before.count(USER) > 20

    receipt = json.loads(footnote("erase", "--user", USER, "--json").stdout)

    rest = {"the tables": dumped(planted), **held(planted)}
    named = [name for name, text in rest.items() if USER in text.replace(OTHER, "") or WORDS in text]
    assert named == receipt["left"] == []
    left = {"questions": 2, "lessons": 1, "votes": 2, "early votes": 1}
    assert {what: receipt["counts"][what] for what in left} == left
    assert receipt["adapters"] == ["kb-0001-aaaaaaaa"] and len(receipt["datasets"]) == 1


def test_every_database_is_searched(place: str | Path, tmp_path: Path) -> None:
    engine = connect(place)
    upgrade(engine)
    plant(engine, tmp_path / "home" / "models")

    receipt = erasing.person(engine, tmp_path / "home", USER)

    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as db:
        rows = [str(row) for table in tables.sorted_tables for row in db.execute(sa.select(table))]
    engine.dispose()
    assert not any(USER in row.replace(OTHER, "") or WORDS in row for row in rows)
    assert receipt.counts["votes"] == 2 and receipt.notes == ()


def test_what_others_left_stays(planted: Settings) -> None:
    engine = wiring.engine(planted)

    footnote("erase", "--user", USER)

    with engine.connect() as db:
        assert [one.voter for one in votes(db, "Ev1")] == [one.voter for one in votes(db, "Ev2")] == [OTHER]
        assert list(reviews.kept(db)) == ["Ev2"] and reviews.latest(db, "Ev1") is None
        assert db.execute(sa.select(gist.gists.c.answer)).scalars().all() == ["Ev2"]
        stands = [(one.answer, one.asker, one.question) for one in verified.every(db, VERIFIED)]
        assert stands == [("Ev1", "", ""), ("Ev3", OTHER, "another?")]
        kept = recorded(db, "Ev2")
        assert kept is not None and kept.question == "another's words?"
        people = db.execute(sa.select(inbox.c.event_id, inbox.c.person, inbox.c.text)).all()
        told = db.execute(sa.select(posts.c.key)).scalars().all()
    assert sorted(people) == [("Ev1", "", None), ("Ev2", OTHER, "another's words"), ("Ev3", "", None)]
    assert told == [f"weekly-2026-W48/{OTHER}"]
    assert (Channels(engine).of("C1").expert, Channels(engine).of("C2").expert) == ("", OTHER)


def test_who_opens_the_pages_of_this_machine_is_erased_and_the_word_local_stays(
    settings: Settings, tmp_path: Path
) -> None:
    engine, said = wiring.engine(settings), "What is the local tax?"
    for id, person in (("Ev1", HERE), ("Ev2", OTHER)):
        Inbox(engine).store(event(id, person, said))
        with engine.begin() as db:
            record_answer(db, replace(ANSWER, id=id, question=said, text="The local tax is €2.", trail=Trail(
                Audience.of("everyone", f"user:{person}"))), id, keep_question=True)  # fmt: skip
            vote(db, Vote(id, person, "up", NOW, correction=said))
            audit.note(db, person, "sync", "local")
            reviews.put(db, Review(id, "corrected", person, text=said), lesson_of(id, person, said))
    Channels(engine).change("C1", HERE, expert=HERE)
    Channels(engine).change("C2", OTHER, sources=("local",))
    log = settings.home / "log" / "footnote.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(f"not told: user:{HERE}, profile local\n")

    receipt = json.loads(footnote("erase", "--user", HERE, "--json").stdout)

    counts = {"questions": 1, "lessons": 1, "votes": 1, "reviews": 0}
    assert {what: receipt["counts"][what] for what in counts} == counts
    rest = dumped(settings) + "".join(held(settings).values())
    assert [rest[at.start() - 90 : at.end()] for at in re.finditer(f"user:{HERE}", rest)] == []
    with engine.connect() as db:
        people = db.execute(sa.select(inbox.c.person, inbox.c.text).order_by(inbox.c.event_id)).all()
        kept = [recorded(db, id) for id in ("Ev1", "Ev2")]
        assert [one.voter for id in ("Ev1", "Ev2") for one in votes(db, id)] == [OTHER]
        assert list(reviews.kept(db)) == ["Ev2"]
    assert people == [("", None), (OTHER, said)]
    assert [one and (one.question, one.text) for one in kept] == [
        ("", "The local tax is €2."),
        (said, "The local tax is €2."),
    ]
    told = [(one.who, one.about) for one in audit.Audit(engine).latest() if one.what == "sync"]
    assert told == [(OTHER, "local"), ("erased", "local")]
    assert (Channels(engine).of("C1").expert, Channels(engine).of("C2").sources) == ("", ("local",))
    assert log.read_text() == "not told: user:erased, profile local\n"
    assert audit.Audit(engine).verified().faults == ()


def test_nothing_is_learnt_from_who_opens_the_pages_of_this_machine_once_they_say_so(
    settings: Settings,
) -> None:
    told = footnote("optout", HERE)

    with wiring.engine(settings).connect() as db:
        assert optout.out(db).has(HERE)
    assert (told.returncode, footnote("optout", "locals").returncode) == (0, 2)


def test_who_opted_out_stays_out_after_being_erased(planted: Settings) -> None:
    footnote("erase", "--user", USER)

    with wiring.engine(planted).connect() as db:
        assert optout.out(db).has(USER) and not optout.out(db).has(OTHER)


def test_the_rows_are_known_as_erased_and_golden_sets_go_on_without_them(planted: Settings) -> None:
    models = planted.home / "models"
    old = golden.newest(models / "golden").name

    said = footnote("erase", "--user", USER).stdout

    assert "Ev1" in erased(models) and "Ev2" not in erased(models)
    assert "kb-0001-aaaaaaaa was trained with erased rows" in said and f"Golden set {old} is gone" in said
    new = golden.newest(models / "golden")
    assert (golden.opened(new).items, golden.unsealed(new)) == ((OF_OTHERS,), ())
    assert waiting.waiting(models / "golden") == [(OF_OTHERS, False)]
    again = attempts.attempt(models, golden.opened(new), ("kb-0002-bbbbbbbb", ""), by="gate")
    assert again.number == 2  # what was tried on the old set counts


@pytest.mark.parametrize("named", [("--user", USER), ("--document", OF_THEM.passages[1].document)])
def test_an_adapter_is_named_whose_dataset_is_gone_already(planted: Settings, named: tuple[str, str]) -> None:
    models = planted.home / "models"
    shutil.rmtree(models / "datasets")
    told = {"row_ids": ["aa", "bb"], "answers": {"aa": "Ev1", "bb": "Ev2"}}
    (models / "adapters" / "kb-0001-aaaaaaaa" / "train.json").write_text(json.dumps(told))

    receipt = json.loads(footnote("erase", *named, "--json").stdout)

    assert receipt["adapters"] == ["kb-0001-aaaaaaaa"] and receipt["datasets"] == []
    assert "trained with erased rows: 1 (aa)" in footnote("adapters", "show", "kb-0001-aaaaaaaa").stdout


def test_erasing_twice_finds_nothing_left_to_erase(planted: Settings) -> None:
    footnote("erase", "--user", USER)

    again = json.loads(footnote("erase", "--user", USER, "--json").stdout)

    assert set(again["counts"].values()) == {0} and again["datasets"] == again["golden"] == []
    assert "There was nothing left to erase" in footnote("erase", "--user", USER).stdout


@pytest.mark.parametrize("cut", ["erasure.erase", "thaw", "_rewrite"])
def test_an_erasure_that_is_cut_off_says_so_and_the_next_receipt_is_of_the_whole(
    planted: Settings, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    whole = dict(json.loads(uncut(planted)))
    with monkeypatch.context() as stopped:
        stopped.setattr(f"bot.learning.erasing.{cut}", interrupted)
        done = footnote("erase", "--user", USER)
    assert done.returncode == 130 and "Not finished" in done.stderr and "again" in done.stderr

    receipt = json.loads(footnote("erase", "--user", USER, "--json").stdout)

    told = ("counts", "golden", "datasets", "adapters")
    assert {one: receipt[one] for one in told} == {one: whole[one] for one in told}
    assert receipt["receipt"]["counts"] == whole["counts"]
    assert set(json.loads(footnote("erase", "--user", USER, "--json").stdout)["counts"].values()) == {0}
    assert audit.Audit(wiring.engine(planted)).verified().faults == ()


@pytest.mark.parametrize(("what", "cut"), [("datasets", "erasure.remove"), ("golden", "folders.remove")])
def test_what_went_before_a_cut_is_told_by_the_next_receipt(
    planted: Settings, monkeypatch: pytest.MonkeyPatch, what: str, cut: str
) -> None:
    models, gone = planted.home / "models", list[Path]()
    other = replace(lesson(80), people=(USER,), answer_id="Ev9")
    build([other, *map(lesson, range(81, 90))], replace(RULES, name="zz"), models / "datasets")
    golden.freeze(models / "golden", "zz", golden.Parts([other]))
    whole = dict(json.loads(uncut(planted)))
    took = folders_of_models.remove

    def first(folder: Path, *step: Any) -> None:
        if gone and folder.parent.name == what:
            raise KeyboardInterrupt
        gone.extend([folder] * (folder.parent.name == what))
        took(folder, *step)

    with monkeypatch.context() as stopped:
        stopped.setattr(f"model.learning.{cut}", first)
        assert footnote("erase", "--user", USER).returncode == 130 and not gone[0].exists()

    receipt = json.loads(footnote("erase", "--user", USER, "--json").stdout)

    told = ("counts", "golden", "datasets", "adapters")
    assert {one: receipt[one] for one in told} == {one: whole[one] for one in told}
    assert len(receipt[what]) == 2 and receipt["adapters"] == ["kb-0001-aaaaaaaa"]


def uncut(planted: Settings) -> str:
    """The receipt of the same erasure in a copy of the home."""
    other = planted.home.with_name("other-home")
    shutil.copytree(planted.home, other)
    engine = wiring.engine(load(_env_file=None, home=other))
    try:
        return json.dumps(asdict(erasing.person(engine, other, USER)))
    finally:
        engine.dispose()
        shutil.rmtree(other)


@pytest.mark.parametrize("text", ["", "{}", "[1]"])
def test_what_is_damaged_stops_no_erasure_and_the_receipt_says_what_was_not_searched(
    planted: Settings, text: str
) -> None:
    models = planted.home / "models"
    cut = golden.freeze(models / "golden", "cut", golden.Parts([lesson(70)]))
    (cut / "manifest.json").write_text(text)
    broken = models / "datasets" / "kb-broken"
    broken.mkdir()
    (broken / "sft.jsonl").write_text("{half a row\n")

    done = footnote("erase", "--user", USER)

    assert done.returncode == 0 and "Receipt " in done.stdout, done.stderr
    for one in (f"golden/{cut.name}", "datasets/kb-broken"):
        assert f"Not searched whole: models/{one}: it is damaged" in done.stdout
    number = done.stdout.partition("Receipt ")[2][:8]
    assert f"models/golden/{cut.name}: it is damaged" in footnote("erase", "--receipt", number).stdout
    assert cut.exists() and broken.exists() and golden.newest(models / "golden").name.startswith("kb-")


def test_a_file_that_still_names_the_person_is_told(planted: Settings) -> None:
    (planted.home / "index").mkdir()
    (planted.home / "index" / "team.lance").write_bytes(b"\xff" + USER.encode() + b"\x00")

    assert "Still named in index/team.lance" in footnote("erase", "--user", USER).stdout


def test_a_database_in_use_is_cleaned_when_the_command_runs_again(
    planted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.learning.vacuum._BUSY_S", 0.1)
    with closing(sqlite3.connect(planted.home / "state.db")) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM votes").fetchall()
        receipt = erasing.person(wiring.engine(planted), planted.home, USER)
    assert receipt.notes and USER not in dumped(planted).replace(OTHER, "")

    assert erasing.person(wiring.engine(planted), planted.home, USER).notes == ()
    assert not any(USER in text.replace(OTHER, "") for text in held(planted).values())


@pytest.mark.parametrize("name", ["kb/pay.md", "https://k.example/pay"])
def test_a_document_is_erased_from_records_and_lessons(settings: Settings, name: str) -> None:
    with wiring.engine(settings).begin() as db:
        record_answer(db, ANSWER, "Ev1")
        row = replace(OF_THEM, passages=(PAY,), answer="Pay is made on the 25th. [1]", gold=(1,))
        reviews.put(db, Review("Ev1", "corrected", OTHER, text="Pay is made on the 25th. [1]"), row)
        reviews.put(db, Review("Ev2", "confirmed", OTHER), OF_OTHERS)

    receipt = json.loads(footnote("erase", "--document", name, "--json").stdout)

    assert receipt["counts"] == {"answers": 1, "lessons": 1}
    assert "25th" not in dumped(settings) and OF_OTHERS.answer in dumped(settings)
    assert not any("25th" in text for text in held(settings).values())
    assert erasing.documents(wiring.engine(settings), settings.home, {"kb/pay.md"}).nothing


def test_what_an_expert_said_leaves_lessons_and_waiting_golden_items_with_the_index(
    settings: Settings,
) -> None:
    one, models = confirmed("Ev1", OTHER, OTHER), settings.home / "models"
    said = replace(PAY, document=one.uri, source=VERIFIED)
    row = replace(OF_OTHERS, passages=(said,), answer="Pay is made on the 25th. [1]", gold=(1,))
    row = replace(row, answer_id="Ev1")
    with wiring.engine(settings).begin() as db:
        record_answer(db, Answer("Ev1", "When?", Status.NOT_FOUND, "Nothing.", trail=Trail(days=30)), "Ev1")
        reviews.put(db, Review("Ev1", "corrected", OTHER, text=row.answer), row)
        reviews.put(db, Review("Ev2", "confirmed", OTHER), OF_OTHERS)
    (models / "golden").mkdir(parents=True)
    for item in (row, OF_OTHERS):
        waiting.add(models / "golden", item, locked=False)

    wiring.ledger(settings).hide(["live"], [one.uri])

    assert "25th" not in dumped(settings) and OF_OTHERS.answer in dumped(settings)
    assert [item.id for item, _ in waiting.waiting(models / "golden")] == [OF_OTHERS.id]


def test_a_document_leaves_datasets_and_golden_sets_as_well(planted: Settings) -> None:
    models, gone = planted.home / "models", OF_THEM.passages[1]

    receipt = json.loads(footnote("erase", "--document", gone.document, "--json").stdout)

    assert receipt["counts"]["lessons"] >= 1 and len(receipt["datasets"]) == len(receipt["golden"]) == 1
    assert receipt["adapters"] == ["kb-0001-aaaaaaaa"]
    for file in models.rglob("*.jsonl"):
        assert gone.text not in file.read_text()


def test_when_the_app_is_removed_nothing_that_people_wrote_is_in_any_table_or_file(planted: Settings) -> None:
    engine, models = wiring.engine(planted), planted.home / "models"
    verdict = models / "verdicts" / "kb-0001-aaaaaaaa-vs-base"
    verdict.mkdir(parents=True)
    (verdict / "verdict.json").write_text('{"golden": "kb-1", "verdict": "fail"}')
    (verdict / "VERDICT.md").write_text(f"# fail\n\n## What came out otherwise\n\n- {WORDS}\n")
    wrote = (WORDS, "another", "No Ev", "Name of", OF_OTHERS.question, OF_OTHERS.answer)
    before = dumped(planted) + "".join(held(planted).values())
    assert all(one in before for one in wrote)

    end = End(Inbox(engine), Switches(engine), lambda: False, forgetting(planted, None))
    for step in (*end.steps, *end.steps):
        step("Ev9")

    rest = {"the tables": dumped(planted), **held(planted)}
    assert [(name, one) for name, text in rest.items() for one in wrote if one in text] == []
    left = {str(file.relative_to(models)) for file in models.rglob("*") if file.stat().st_size}
    adapter = "adapters/kb-0001-aaaaaaaa"
    assert left >= {f"{adapter}/train.json", "events.jsonl", "evals/attempts.jsonl"}
    assert (verdict / "VERDICT.md").read_text().startswith("# fail")


def test_what_the_index_still_has_when_the_app_is_removed_is_told(planted: Settings) -> None:
    def publish() -> None:
        raise SearchUnavailable("Ask later.")

    [told] = erasing.everyone(wiring.engine(planted), planted.home, publish)

    assert "footnote index verified-answers" in told and not (planted.home / "models" / "golden").exists()


@pytest.mark.parametrize("words", [(), ("--user", "ada"), ("--user", USER, "--document", "kb/pay.md")])
def test_one_person_or_one_document_is_meant(words: tuple[str, ...]) -> None:
    assert footnote("erase", *words).returncode == 2


def test_a_document_that_nobody_knows_is_said_to_be_unknown(settings: Settings) -> None:
    done = footnote("erase", "--document", "https://nowhere.example/x")

    assert done.returncode == 1 and "Nothing is known of" in done.stderr


def test_somebody_is_taken_out_and_back_at_the_terminal(settings: Settings) -> None:
    def out() -> bool:
        with wiring.engine(settings).connect() as db:
            return optout.out(db).has(USER)

    assert f"Nothing is learnt from {USER}." in footnote("optout", USER).stdout and out()
    assert USER not in dumped(settings)
    assert "again" in footnote("optout", USER, "--undo").stdout and not out()
    assert "has not opted out" in footnote("optout", USER, "--undo").stdout
    assert footnote("optout", "ada").returncode == 2


def test_what_is_indexed_of_an_erased_document_is_said_to_stay(planted: Settings) -> None:
    name = OF_THEM.passages[1].document

    assert f"footnote forget {name}" in footnote("erase", "--document", name).stdout


def test_an_index_that_cannot_be_brought_up_to_it_stops_no_erasure(planted: Settings) -> None:
    def publish() -> None:
        raise SearchUnavailable("Ask later.")

    receipt = erasing.person(wiring.engine(planted), planted.home, USER, publish)

    assert (
        receipt.counts["verified"] == 2
        and not erasing.person(wiring.engine(planted), planted.home, USER).notes
    )
    assert receipt.notes == (
        "The index may still have what they verified: footnote index verified-answers. Ask later.",
    )


def test_a_receipt_has_a_number_says_what_remains_and_is_printed_again_without_a_name(
    planted: Settings,
) -> None:
    told = json.loads(footnote("erase", "--user", USER, "--json").stdout)["receipt"]

    again = footnote("erase", "--receipt", told["id"])
    same = json.loads(footnote("erase", "--receipt", told["id"], "--json").stdout)

    assert same == told and told["counts"]["votes"] == 2
    assert f"Digest {told['digest']}" in again.stdout and "What remains:" in again.stdout
    assert USER not in again.stdout and WORDS not in again.stdout
    [kept] = [row for row in audit.Audit(wiring.engine(planted)).latest() if row.what == "receipt"]
    assert USER not in kept.about and told["id"] in kept.about
    assert "No receipt" in footnote("erase", "--receipt", "00000000").stderr
