"""footnote backup and restore: another folder answers the same; what was deleted since stays deleted."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from spoken import footnote
from test_erase import OTHER, USER, plant

from bot import wiring
from bot.care import staged
from bot.care.archive import Archive, Manifest, older, written
from bot.care.staged import unused, used
from bot.events.row import Row
from bot.learning import erasing, owed
from bot.memory import deleted
from bot.memory.audit import Audit
from bot.settings import Settings, load
from bot.state import connect, deletions, inbox
from bot.wiring import restore as restoring
from bot.wiring.admins import redacted
from bot.wiring.backup import said
from bot.wiring.restore import CUT_OFF, half, restore
from model.answer import Answer
from model.feedback import votes
from model.record import recorded
from retrieval.lance import LanceStore
from retrieval.passage import Document, FootnoteError, IndexMissing
from retrieval.sources.files import FileSource
from retrieval.sources.given import Given

PAGE = Path(__file__).parents[2] / "examples" / "handbook" / "people" / "parental-leave.md"
ASKED = ("How long is parental leave?", "Who is on call?", "How do I book travel?", "When is pay day?")


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a page in its index, for what needs no more. Not to be changed."""
    place = tmp_path_factory.mktemp("page-home")
    wiring.index(load(_env_file=None, home=place)).sync(FileSource("handbook", [PAGE], 1 << 20))
    return place


@pytest.fixture
def small(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that home, named by FOOTNOTE_HOME."""
    return elsewhere(monkeypatch, Path(shutil.copytree(page, tmp_path / "home")))


def answers(*questions: str) -> list[tuple[str, str, list[str]]]:
    """What is answered in the home of FOOTNOTE_HOME: status, words, what is cited."""
    chain = wiring.chain(load())
    made: list[Answer] = [chain.invoke(one) for one in questions]
    return [(str(one.status), one.text, [cited.document for cited in one.citations]) for one in made]


def backed_up(where: Path) -> Path:
    where.mkdir(exist_ok=True)
    done = footnote("backup", str(where))
    assert done.returncode == 0, done.stderr
    return max(where.glob("*.backup"))


def elsewhere(monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    monkeypatch.setenv("FOOTNOTE_HOME", str(place))
    return place


@pytest.mark.slow
def test_another_folder_answers_the_same_after_a_restore(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert footnote("ask", ASKED[0]).returncode == 0
    before, path = answers(*ASKED), backed_up(tmp_path / "kept")
    elsewhere(monkeypatch, tmp_path / "another")

    done = footnote("restore", str(path))

    assert done.returncode == 0, done.stderr
    assert answers(*ASKED) == before
    assert footnote("audit", "--verify").returncode == 0
    with wiring.engine(load()).connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM answers")).scalar() == 1
    assert footnote("index", str(Path(__file__).parents[2] / "examples" / "handbook")).returncode == 0


def test_a_backup_is_its_owners_alone_and_has_no_secret(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("VLLM_BASE_URL", "http://me:pass-word@127.0.0.1:1/v1")
    monkeypatch.setenv("FOOTNOTE_ALPHA", "0.7")

    path = backed_up(tmp_path / "kept")

    assert [stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()] == [0o600, 0o600]
    with zipfile.ZipFile(path) as packed:
        inside = b"".join(packed.read(name) for name in packed.namelist())
    assert b"very-secret" not in inside and b"pass-word" not in inside
    found = Archive(path).manifest
    assert found.settings["FOOTNOTE_ALPHA"] == "0.7"
    assert found.unsaid == ("SLACK_BOT_TOKEN", "VLLM_BASE_URL")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("database_url", "postgresql://footnote:ab/hush+e=@db/footnote"),
        ("database_url", "postgresql:///f?user=f&password=hush"),
        ("database_url", "postgresql://footnote:a hush@db/footnote"),
        ("vllm_base_url", "http://me:a/hush@v.example/v1"),
        ("vllm_base_url", "http://me:a?b@hush@v.example/v1"),
        ("vllm_base_url", "http://me:a hush@v.example/v1"),
        ("vllm_base_url", "https://v.example/v1?key=hush"),
        ("vllm_base_url", "https://v.example/v1#hush"),
    ],
)
def test_a_password_in_an_address_is_in_no_backup_and_on_no_page(name: str, address: str) -> None:
    settings = load(_env_file=None, **{name: address})

    plain, unsaid = said(settings)

    variable = "DATABASE_URL" if name == "database_url" else "VLLM_BASE_URL"
    assert (variable not in plain, variable in unsaid) == (True, True)
    assert not [one for one in redacted(settings) if "hush" in one.shown]


def begun(path: Path, days: float, footnote: str = "0.1.0") -> Path:
    """A backup that began so many days ago."""
    path.parent.mkdir(exist_ok=True)
    with written(path) as archive:
        archive.end(Manifest(time.time() - days * 86_400, footnote, "0001", {}, {}))
    return path


def test_old_backups_go_once_a_new_one_is_there_and_nothing_else_does(small: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    old = begun(kept / "footnote-20260101-020000.backup", 15)
    others = [
        begun(kept / "footnote-20260102-020000.backup", 13),
        begun(kept / "before-the-upgrade.backup", 400),
        begun(kept / "footnote-20260103-020000.backup.copy", 400),
    ]
    foreign = kept / "footnote-20260104-020000.backup"
    foreign.write_text("a file of somebody's")
    far = begun(tmp_path / "other" / "footnote-20260101-020000.backup", 400)
    linked = kept / "footnote-20260105-020000.backup"
    linked.symlink_to(far)

    made = footnote("backup", "--keep-days", "14", str(kept))

    assert made.returncode == 0 and f"Removed, as it is older: {old.name}" in made.stdout
    assert not old.exists()
    assert all(one.exists() for one in (*others, foreign, linked, far))
    assert len(list(kept.glob("footnote-*.backup"))) == 4  # the new one too
    assert Audit(wiring.engine(load())).latest()[0].about.endswith(".backup removed=1")


def test_what_a_backup_left_that_was_killed_goes_with_the_next_one_a_day_later(tmp_path: Path) -> None:
    left, fresh, foreign = (
        tmp_path / f".{name}.unfinished"
        for name in (
            "footnote-20260101-020000.backup",
            "footnote-20260102-020000.backup",
            "somebody-s.backup",
        )
    )
    for one in (left, fresh, foreign):
        one.write_bytes(b"half")
    for one in (left, foreign):
        os.utime(one, (time.time() - 100_000,) * 2)

    begun(tmp_path / "footnote-20260103-020000.backup", 0)

    assert not left.exists() and fresh.exists() and foreign.exists()


def test_the_newest_backup_stays_however_old_it_is(tmp_path: Path) -> None:
    older_one = begun(tmp_path / "footnote-20260101-020000.backup", 500)
    begun(tmp_path / "footnote-20260102-020000.backup", 400)

    assert older(tmp_path, time.time()) == [older_one]


def test_no_backup_goes_where_no_new_one_could_be_written(small: Path, tmp_path: Path) -> None:
    old = begun(tmp_path / "kept" / "footnote-20260101-020000.backup", 15)
    begun(tmp_path / "kept" / "footnote-20260102-020000.backup", 1)
    unwritable = tmp_path / "kept" / f"{'x' * 250}.backup"  # a name longer than file systems take

    made = footnote("backup", "--keep-days", "14", str(unwritable))

    assert made.returncode == 1
    assert old.exists()


def test_an_address_without_a_secret_is_said_as_it_is() -> None:
    settings = load(_env_file=None, vllm_base_url="https://v.example/v1", suggested="Who is on call?")

    plain, unsaid = said(settings)

    assert plain["VLLM_BASE_URL"] == "https://v.example/v1"
    assert plain["FOOTNOTE_SUGGESTED"] == "Who is on call?"
    assert unsaid == ()
    assert "https://v.example/v1" in [one.shown for one in redacted(settings)]


@pytest.mark.slow
def test_what_was_forgotten_after_the_backup_does_not_come_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = backed_up(tmp_path / "kept")
    assert footnote("forget", "handbook/people/parental-leave.md").returncode == 0
    footnote("backup", str(path.parent), "--deletions")
    elsewhere(monkeypatch, tmp_path / "another")

    done = footnote("restore", str(path))

    assert "        1  documents deleted since then" in done.stdout
    cited = {document for _, _, of in answers(ASKED[0]) for document in of}
    assert "handbook/people/parental-leave.md" not in cited
    held = {one.document for some, _ in wiring.store(load()).live("main").pages(1000) for one in some}
    assert held and "handbook/people/parental-leave.md" not in held
    assert [one.uri for one in wiring.ledger(load()).kept_out()] == ["handbook/people/parental-leave.md"]


@pytest.mark.slow
def test_a_document_that_no_backup_knows_stays_out_by_its_digest_until_it_is_taken_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fresh = backed_up(tmp_path / "kept"), tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "secret.md").write_text("# Quagga\n\nThe quagga is paid on the 25th.\n")
    assert footnote("index", str(fresh)).returncode == 0
    assert footnote("forget", "fresh/secret.md").returncode == 0
    footnote("backup", str(path.parent), "--deletions")
    elsewhere(monkeypatch, tmp_path / "another")
    assert footnote("restore", str(path)).returncode == 0

    assert "Quagga" not in (path.parent / "deletions.json").read_text()
    footnote("index", str(fresh))
    assert wiring.ledger(load()).find(wiring.store(load()).live("main").name, "fresh/secret.md") == []
    assert footnote("forget", "--undo", "fresh/secret.md").returncode == 0
    footnote("index", str(fresh))
    assert wiring.ledger(load()).find(wiring.store(load()).live("main").name, "fresh/secret.md") != []


@pytest.mark.slow
def test_who_was_erased_after_the_backup_stays_erased(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = wiring.engine(load())
    plant(engine, home / "models")
    path = backed_up(tmp_path / "kept")
    erasing.person(engine, home, USER)
    footnote("backup", str(path.parent), "--deletions")
    erased = deleted.load(path.parent / deleted.FILE)
    elsewhere(monkeypatch, tmp_path / "another")

    done = footnote("restore", str(path))

    with wiring.engine(load()).connect() as db:
        assert deleted.known(db) == erased  # at the same times: a later backup may have them again
    assert "        1  people erased since then" in done.stdout
    found = [one for one in (tmp_path / "another").rglob("*") if one.is_file()]
    assert [one.name for one in found if word(USER, one) and "ledger" not in one.name] == []
    with wiring.engine(load()).connect() as db:
        assert {vote.voter for vote in votes(db, "Ev2")} == {OTHER}
        kept = recorded(db, "Ev2")
    assert kept and kept.question == "another's words?"


def word(name: str, file: Path) -> bool:
    """Whether a file has that name, and not only one that begins so."""
    return re.search(rf"{name}(?!\w)".encode(), file.read_bytes()) is not None


def test_a_damaged_backup_changes_nothing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = backed_up(tmp_path / "kept")
    place = elsewhere(monkeypatch, tmp_path / "another")
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        of_vectors = packed.getinfo("index/0/000001.vectors")
    middle = of_vectors.header_offset + 400
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])

    done = footnote("restore", str(path))

    assert done.returncode == 1 and "not whole" in done.stderr
    assert [one.name for one in place.iterdir()] == [staged.USED]
    assert footnote("backup", str(path), "--verify").returncode == 1
    path.write_bytes(whole[:-100])
    assert "no backup" in footnote("restore", str(path)).stderr


def test_a_backup_is_the_file_that_was_named_whatever_it_ends_in(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "my.tar.gz"

    made = footnote("backup", str(file))
    again = footnote("backup", str(file))

    assert (made.returncode, again.returncode) == (0, 0) and file.is_file()
    assert footnote("backup", str(file), "--verify").returncode == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == [deleted.FILE, "home", "my.tar.gz"]


@pytest.mark.parametrize(
    "words", [("nas/x.tar",), ("nas",), ("nas/",), ("nas/x.backup",), ("nas", "--deletions")]
)
def test_a_folder_that_is_missing_may_be_a_disk_that_is_not_mounted_so_none_is_made(
    words: tuple[str, ...], small: Path, tmp_path: Path
) -> None:
    done = footnote("backup", f"{tmp_path}/{words[0]}", *words[1:])

    assert done.returncode == 1 and "mounted" in done.stderr and str(tmp_path / "nas") in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_a_backup_takes_the_place_of_no_other_file(small: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    done = footnote("backup", str(tmp_path / "notes.txt"))

    assert done.returncode == 1 and "no backup of Footnote" in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_of_a_folder_without_a_state_there_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "typo"))

    done = footnote("backup", str(tmp_path / "kept"))

    assert done.returncode == 1 and "FOOTNOTE_HOME has no state" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert footnote("restore", str(tmp_path / "none.backup")).stderr == "There is no such file.\n"


def test_a_backup_with_a_part_that_would_lie_beside_its_home_is_none(small: Path, tmp_path: Path) -> None:
    path, evil = backed_up(tmp_path / "kept"), "models/../../evil.txt"
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    said = json.loads(parts["manifest.json"])
    said["digests"][evil] = hashlib.sha256(b"evil").hexdigest()
    with zipfile.ZipFile(path, "w") as packed:
        for name, part in (parts | {"manifest.json": json.dumps(said).encode(), evil: b"evil"}).items():
            packed.writestr(name, part)

    done = footnote("restore", str(path))

    assert done.returncode == 1 and "no backup of Footnote" in done.stderr


@pytest.mark.slow
def test_a_home_with_something_in_it_is_only_replaced_when_that_is_said(home: Path, tmp_path: Path) -> None:
    path, before = backed_up(tmp_path / "kept"), answers(ASKED[0])

    refused = footnote("restore", str(path))
    assert footnote("ask", ASKED[0]).returncode == 0
    footnote("forget", "--source", "handbook")
    done = footnote("restore", str(path), "--replace")

    assert refused.returncode == 1 and "--replace" in refused.stderr
    assert done.returncode == 0, done.stderr
    with wiring.engine(load()).connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM answers")).scalar() == 0
    assert answers(ASKED[0])[0][2] == []
    assert before[0][2] != []


@pytest.mark.parametrize("command", ["serve", "worker", "pages", "play", "index"])
def test_nothing_is_restored_while_any_of_these_runs(
    command: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tried(*_: object, **__: object) -> None:
        with pytest.raises(FootnoteError, match="running"), unused(small, restoring.SERVING):
            pass
        raise FootnoteError("looked")

    for place, name in (("bot.log", "to_terminal"), ("bot.wiring", "chain"), ("bot.wiring", "declared")):
        monkeypatch.setattr(f"{place}.{name}", tried)

    assert "looked" in footnote(command).stderr


@pytest.mark.parametrize("command", ["serve", "worker", "pages", "play", "index"])
def test_none_of_these_starts_while_a_restore_is_under_way(command: str, small: Path) -> None:
    with unused(small, ""):
        done = footnote(command)

    assert done.returncode == 1 and "restore of this FOOTNOTE_HOME is under way" in done.stderr


def test_a_restore_is_refused_while_somebody_uses_the_home(small: Path, tmp_path: Path) -> None:
    path = backed_up(tmp_path / "kept")

    with used(small), used(small):
        done = footnote("restore", str(path), "--replace")

    assert done.returncode == 1 and "running" in done.stderr


@pytest.mark.slow
def test_a_restore_that_is_killed_anywhere_leaves_the_old_or_the_new(home: Path, tmp_path: Path) -> None:
    with wiring.engine(load()).begin() as db:
        deleted.note(db, "mark", ["new"])
    path = backed_up(tmp_path / "kept")
    with wiring.engine(load()).begin() as db:
        db.execute(deletions.delete())
        deleted.note(db, "mark", ["old"])
    (path.parent / "deletions.json").unlink()
    wiring.engine(load()).dispose()
    seen = set()

    for step in range(1, 20):
        mine = tmp_path / f"home-{step}"
        shutil.copytree(home, mine)
        around = os.environ | {"FOOTNOTE_HOME": str(mine), "FOOTNOTE_FAILPOINT": str(step)}
        command = [sys.executable, "-m", "bot.cli", "restore", str(path), "--replace"]
        ended = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
        staged.finish(mine)  # as whatever opens the home next does
        engine = connect(mine)
        with engine.connect() as db:
            keys = set(db.execute(sa.select(deletions.c.key).where(deletions.c.kind == "mark")).scalars())
        engine.dispose()
        old, new = deleted.digest("mark", "old"), deleted.digest("mark", "new")
        state = "new" if new in keys else "old"
        assert keys in ({old}, {old, new}), step
        index = json.loads((mine / "index" / "index.json").read_text())
        assert (mine / "index" / index["live"]["name"]).is_dir()
        seen.add(state)
        if ended.returncode == 0:
            break
        assert ended.returncode == 137, ended.stderr
    assert seen == {"old", "new"}
    assert step > 4


@pytest.mark.slow
def test_a_damaged_state_is_named_and_replaced(home: Path, tmp_path: Path) -> None:
    path, before = backed_up(tmp_path / "kept"), answers(ASKED[0])
    wiring.engine(load()).dispose()
    wiring._engine.cache_clear()
    for file in home.glob("state.db*"):
        file.unlink()
    (home / "state.db").write_bytes(b"rubbish " * 4096)

    named, doctor = footnote("ask", ASKED[0]), footnote("doctor")
    refused, done = footnote("restore", str(path)), footnote("restore", str(path), "--replace")

    assert "damaged" in named.stderr and "--replace" in named.stderr
    shown = " ".join(doctor.stdout.split())
    assert "restore a backup" in shown and "report it" not in shown
    assert refused.returncode == 1 and "a state that is damaged" in refused.stderr
    assert done.returncode == 0 and "could not be read" in done.stdout
    assert answers(ASKED[0]) == before


@pytest.mark.slow
def test_a_state_that_a_newer_version_wrote_is_replaced_and_its_deletions_count(
    home: Path, tmp_path: Path
) -> None:
    path = backed_up(tmp_path / "kept")
    assert footnote("forget", "handbook/people/parental-leave.md").returncode == 0
    with wiring.engine(load()).begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = 'newer'"))
    wiring.engine(load()).dispose()
    wiring._engine.cache_clear()

    done = footnote("restore", str(path), "--replace")

    assert done.returncode == 0, done.stderr
    assert "        1  documents deleted since then" in done.stdout


@pytest.mark.slow
def test_what_somebody_waited_for_is_ended_and_what_is_owed_stays_to_be_done(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("question", "command", "labour", "press", "weekly", "told")
    rows = [
        {**owed.values(Row(one, "T", "C", "", "", "", direct=False, kind=one, text="?")), "message_ts": None}
        for one in kinds
    ]
    with wiring.engine(load()).begin() as db:
        db.execute(inbox.insert(), rows)
        owed.later(db, "told")
    path = backed_up(tmp_path / "kept")
    elsewhere(monkeypatch, tmp_path / "another")

    done = footnote("restore", str(path))

    assert "        4  questions were being answered then" in done.stdout
    with wiring.engine(load()).connect() as db:
        found = {row.event_id: row for row in db.execute(sa.select(inbox))}
    states = {id: row.state for id, row in found.items()}
    assert states == dict.fromkeys(kinds[:4], "final") | {"weekly": "received", "told": "later"}
    assert found["weekly"].attempts == 1  # whether its work is over already is asked of the durable work


@pytest.mark.slow
def test_a_state_in_a_file_of_another_place_is_restored_there(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = backed_up(tmp_path / "kept"), answers(ASKED[0])
    place = elsewhere(monkeypatch, tmp_path / "another")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'moved.db'}")

    done = footnote("restore", str(path))

    assert done.returncode == 0, done.stderr
    assert not list(place.glob("state.db*"))
    assert answers(ASKED[0]) == before
    (tmp_path / "moved.db").write_bytes(b"rubbish " * 4096)
    wiring._engine.cache_clear()
    assert "Move its file away" in footnote("restore", str(path), "--replace").stderr


@pytest.mark.slow
def test_killed_between_two_places_it_says_so_and_the_same_restore_mends_it(
    home: Path, tmp_path: Path
) -> None:
    path, seen = backed_up(tmp_path / "kept"), set()
    wiring.engine(load()).dispose()

    for step in range(1, 20):
        mine, state = tmp_path / f"home-{step}", f"sqlite:///{tmp_path / f'state-{step}.db'}"
        around = os.environ | {"FOOTNOTE_HOME": str(mine), "DATABASE_URL": state}
        command = [sys.executable, "-m", "bot.cli", "restore", str(path)]
        killed = around | {"FOOTNOTE_FAILPOINT": str(step)}
        ended = subprocess.run(command, env=killed, capture_output=True, text=True, check=False)
        there = load(home=mine, database_url=state)
        try:
            said = half(there)
        except FootnoteError as error:
            said = str(error)
        seen.add(said)
        whole = "parental-leave" in str(
            wiring.ledger(there).find(live(there), "handbook/people/parental-leave.md")
        )
        assert whole or said == CUT_OFF or (said == "none under way" and not live(there)), step
        if ended.returncode == 0:
            break
        assert ended.returncode == 137, ended.stderr
        if said == CUT_OFF:
            again = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
            assert again.returncode == 0, again.stderr
            assert half(there) == "none under way" and live(there)
    assert seen == {CUT_OFF, "none under way"}


def live(settings: Settings) -> str:
    try:
        return wiring.store(settings).live("main").name
    except IndexMissing:
        return ""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["restore-committed", "restore-swapped"])
def test_killed_between_home_and_the_server_of_the_index_it_says_so_and_the_same_restore_mends_it(
    step: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = backed_up(tmp_path / "kept"), answers(ASKED[0])
    elsewhere(monkeypatch, tmp_path / "another")
    there = load(store="weaviate")
    monkeypatch.setattr(wiring, "store", lambda _: LanceStore(tmp_path / "server"))  # what no rename reaches

    def pulled(name: str) -> None:
        if name == step:
            raise Pulled

    with monkeypatch.context() as patch:
        for module in (restoring, staged):
            patch.setattr(module, "failpoint", pulled)
        with pytest.raises(Pulled):
            restore(there, path)

    with pytest.raises(FootnoteError, match="cut off"):
        half(there)
    restore(there, path)
    assert half(there) == "none under way"
    assert answers(ASKED[0]) == before


class Pulled(Exception):
    """The plug."""


@pytest.mark.slow
def test_a_backup_that_is_made_while_documents_change_has_each_whole(home: Path, tmp_path: Path) -> None:
    stop, settings = threading.Event(), load()
    wiring.index(settings).sync(changing(0))

    def write() -> None:
        for turn in itertools.count(1):
            if stop.is_set():
                return
            wiring.index(settings).sync(changing(turn))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [backed_up(tmp_path / f"kept-{n}") for n in range(3)]
    finally:
        stop.set()
        writer.join()

    for n, path in enumerate(paths):
        there = settings.model_copy(update={"home": tmp_path / f"restored-{n}"})
        done = restore(there, path)
        again = sum(one.again for one in done.manifest.indexes)
        table = wiring.store(there).live("main")
        held = Counter((one.document, one.revision) for some, _ in table.pages(1000) for one in some)
        known = [one for one in wiring.ledger(there).all(table.name) if one.revision]
        assert all(held[one.uri, one.revision] == one.passages for one in known)
        assert sum(held.values()) == sum(one.passages for one in known)
        assert len([one for one in known if one.source == "changing"]) + again == 12
        assert wiring.index(there).sync(changing(10**6)).changed >= 12 - again


def changing(turn: int) -> Given:
    """Twelve documents, each another text in each turn."""
    return Given(
        "changing",
        [
            Document(
                f"changing/{n}",
                "changing",
                f"Page {n}",
                f"Turn {turn} of page {n}. " * 30,
                "",
                digest=str(turn),
            )
            for n in range(12)
        ],
    )
