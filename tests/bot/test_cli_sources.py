"""footnote sources and footnote admin access, as people run them: what is read, and who may read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from memory_store import MemoryStore, Shelf
from rich.console import Console
from typer.testing import CliRunner

from bot import wiring
from bot.cli import table
from bot.cli.sources import ago, upcoming
from bot.play.slack import SlackStandIn
from bot.settings import load
from bot.shelf import Row, row
from bot.wiring import checks
from bot.wiring.sources import live
from examples.demo import Demo
from retrieval.passage import Audience, FootnoteError, SettingError
from retrieval.rows import syncs
from retrieval.sources import Spec
from retrieval.store import Made
from retrieval.syncs import Reached, SourceState
from retrieval.turns import Turns, sync_of

TOML = """
[[source]]
name = "handbook"
kind = "files"
location = "docs"
schedule = "every 6h"
[source.access]
"hr/**" = "channel:C1"
"nowhere/**" = "user:U9"

[[source]]
name = "later"
kind = "files"
location = "later"
audience = ["group:S1", "user:U1"]
"""
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
Run = Callable[..., Any]


class Embedding:
    """Every text in one direction: search is not asked here."""

    name, dimension = "one", 4

    def embed(self, texts: list[str]) -> Any:
        return np.full((len(texts), 4), 0.5, np.float32)

    def embed_query(self, text: str) -> Any:
        return np.full(4, 0.5, np.float32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """sources.toml with two folders, and an index that lies in memory and is empty."""
    for name, text in (("menu", "# Menu\nSoup."), ("hr/pay", "# Pay\nMuch."), ("hr/leave", "# Leave\nLong.")):
        (tmp_path / "docs" / name).with_suffix(".md").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).with_suffix(".md").write_text(text)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "plan.md").write_text("# Plan\nBig.")
    (tmp_path / "sources.toml").write_text(TOML)
    shelf = Shelf()
    monkeypatch.setenv("FOOTNOTE_SOURCES", str(tmp_path / "sources.toml"))
    monkeypatch.setattr(wiring, "store", lambda settings: MemoryStore(shelf))
    monkeypatch.setattr(wiring, "embedder_of", lambda settings: Embedding())
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*words: str) -> Any:
        done = CliRunner().invoke(table.app, list(words), env={"COLUMNS": "200"})
        if isinstance(done.exception, FootnoteError):
            raise done.exception
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


def sync(name: str = "handbook") -> None:
    settings = load()
    spec = next(spec for spec in wiring.declared(settings) if spec.name == name)
    source = wiring.source(settings, spec)
    wiring.index(settings).sync(source)
    source.close()


def listed(run: Run) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(run("sources", "--json").stdout)}


def test_a_source_that_was_never_read_is_listed_as_that(run: Run) -> None:
    rows = listed(run)

    assert [rows[name]["state"] for name in ("handbook", "later")] == ["never synced"] * 2
    assert (rows["handbook"]["due"], rows["later"]["due"], rows["later"]["next_run"]) == (True, False, None)
    assert rows["later"]["audience"] == ["group:S1", "user:U1"]


def test_the_home_of_the_demo_lists_its_handbook_as_one_that_footnote_index_read(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sources.toml").unlink()
    monkeypatch.setattr(wiring, "chain", lambda settings: None)

    Demo(load(), {"folder": "handbook"}, Console(quiet=True))

    row, listing = listed(run)["handbook"], run("sources").stdout
    assert (row["kind"], row["state"], row["audience"]) == ("files", "ok", ["everyone"])
    assert row["documents"] > 20
    assert "everyone" in listing and "forget" not in listing


def test_what_was_read_is_counted_with_its_age_and_next_run(run: Run, folder: Path) -> None:
    (folder / "docs" / "empty.md").touch()
    sync()

    row = listed(run)["handbook"]
    shown = run("sources").stdout

    assert (row["state"], row["documents"], row["passages"], row["failed"]) == ("ok", 3, 3, 1)
    synced, due = (datetime.fromisoformat(row[name]) for name in ("synced_at", "next_run"))
    assert due - synced == timedelta(hours=6)
    assert "0 min ago" in shown and "in 6 h" in shown and "everyone; 2 rules" in shown and "by hand" in shown


def test_a_run_that_failed_is_listed_with_its_sentence_and_is_exit_code_1(run: Run) -> None:
    sync()
    live = wiring.store(load()).live("main").name
    wiring.syncs(load()).failed(live, "handbook", "The wiki does not answer. Try again later.")

    done = run("sources")

    assert done.exit_code == 1
    assert "failed" in done.stdout and "handbook: The wiki does not answer. Try again later." in done.stdout


def test_a_sync_under_way_and_one_that_was_cut_off_are_told_apart(run: Run) -> None:
    sync()
    live = wiring.store(load()).live("main").name
    wiring.syncs(load()).began(live, "handbook")

    cut_off = listed(run)["handbook"]["state"]
    with Turns(wiring.engine(load())).take(sync_of("main", "handbook")):
        under_way = listed(run)["handbook"]["state"]

    assert (under_way, cut_off.split(";")[0]) == ("syncing", "cut off")


def test_the_doctor_says_that_a_source_was_cut_off_and_what_to_run(run: Run) -> None:
    sync()
    wiring.syncs(load()).began(wiring.store(load()).live("main").name, "handbook")

    ill = " ".join(run("doctor").stdout.split())
    with Turns(wiring.engine(load())).take(sync_of("main", "handbook")):
        under_way = " ".join(run("doctor").stdout.split())

    assert "FAIL sources" in ill and "handbook was cut off" in ill and "run footnote index handbook" in ill
    assert "ok sources: 2 in sources.toml" in under_way


@pytest.mark.parametrize(("before", "said"), [(True, "What was indexed"), (False, "Nothing was kept yet")])
def test_who_stops_a_sync_hears_whether_anything_is_kept(
    run: Run, before: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    sync("handbook" if before else "later")  # of another source something is kept: it is not meant
    monkeypatch.setattr("retrieval.index.Sync.run", interrupted)

    done = run("index", "handbook")

    assert done.exit_code == 130 and done.stderr.strip().startswith(f"Stopped. {said}")


def test_a_source_that_left_the_file_is_listed_while_it_has_documents(run: Run, folder: Path) -> None:
    sync()
    (folder / "sources.toml").write_text("")

    assert "no longer declared" in listed(run)["handbook"]["state"]


def test_a_file_that_is_not_where_it_was_named_invites_nobody_to_take_its_sources_out(
    run: Run, folder: Path
) -> None:
    sync()
    (folder / "sources.toml").rename(folder / "elsewhere.toml")

    with pytest.raises(SettingError, match=f"FOOTNOTE_SOURCES: {folder / 'sources.toml'} is not there"):
        run("sources")
    with pytest.raises(FootnoteError, match="is not there"):
        checks.sources(load())


def test_a_source_that_a_command_named_is_listed_too(run: Run) -> None:
    wiring.syncs(load()).adopt(Spec("notes", "files", ("/notes",)))

    assert listed(run)["notes"]["kind"] == "files"


@pytest.mark.parametrize(
    "words",
    [
        ("sources", "check", "hanbdook"),
        ("index", "hanbdook"),
        ("index", "later", "hanbdook"),
        ("forget", "--source", "hanbdook"),
    ],
)
def test_a_source_that_does_not_exist_is_said_with_the_one_that_is_meant(
    run: Run, words: tuple[str, ...]
) -> None:
    done = run(*words)

    assert done.exit_code == (1 if "forget" in words else 2)
    assert "hanbdook" in done.output and "Did you mean handbook?" in done.output


def test_looking_needs_no_secret(run: Run, folder: Path) -> None:
    with (folder / "sources.toml").open("a") as file:
        file.write('[source.options]\ntoken = "env:NOT_SET"\n')

    assert listed(run).keys() == {"handbook", "later"}
    done = run("sources", "check")
    assert done.exit_code == 1 and "NOT_SET is not set" in " ".join(done.stdout.split())
    assert "handbook" in done.stdout


def test_without_sources_the_next_step_is_named(run: Run, folder: Path) -> None:
    (folder / "sources.toml").unlink()

    done = run("sources")

    assert done.exit_code == 0 and "footnote index FOLDER" in done.stdout


def test_a_mistake_in_the_file_is_a_sentence(run: Run, folder: Path) -> None:
    (folder / "sources.toml").write_text(TOML.replace("every 6h", "evry 6h"))

    for words in (("sources",), ("sources", "check")):
        with pytest.raises(SettingError, match="'evry 6h' is not understood"):
            run(*words)


def test_checking_says_what_each_source_finds_and_indexes_nothing(run: Run, folder: Path) -> None:
    (folder / "docs" / "empty.md").touch()

    done = run("sources", "check")

    assert done.exit_code == 0
    assert "ok   handbook (files): 3 found, such as handbook/menu.md" in done.stdout
    assert "not read: handbook/empty.md: It is empty" in done.stdout
    assert {one["documents"] for one in listed(run).values()} == {0}


def test_checking_names_what_is_wrong_with_each_source(run: Run, folder: Path) -> None:
    (folder / "later" / "plan.md").unlink()

    done = run("sources", "check")
    empty = run("sources", "check", "later")

    assert (done.exit_code, empty.exit_code, run("sources", "check", "handbook").exit_code) == (1, 1, 0)
    assert "FAIL later (files): It finds nothing to index." in done.stdout
    assert "handbook" not in empty.stdout
    assert run("sources", "check", "nowhere").exit_code == 2


def test_checking_shows_who_could_read_how_much_and_rules_that_match_nothing(run: Run) -> None:
    done = run("sources", "check", "--access")

    assert "2 at most for members of channel C1" in done.stdout
    assert "1 at most for everyone in the workspace" in done.stdout
    assert "1 at most for user U1 and user group S1" in done.stdout
    assert 'the rule "nowhere/**" matches nothing that is there' in done.stdout
    assert 'the rule "hr/**"' not in done.stdout


@pytest.mark.parametrize(
    ("state", "busy", "word"),
    [
        (None, False, "never synced"),
        (None, True, "syncing"),
        (SourceState("a", finished_at=NOW, began_at=NOW - timedelta(1)), False, "ok"),
        (SourceState("a", began_at=NOW, error="No."), False, "failed"),
        (SourceState("a", began_at=NOW, error="No."), True, "syncing"),
        (SourceState("a", began_at=NOW), False, "cut off; the next run goes on where it was"),
    ],
)
def test_a_source_has_one_state(state: SourceState | None, busy: bool, word: str) -> None:
    assert row(Spec("a", "files", ("x",)), state, NOW, busy=busy).state == word


def test_a_sync_that_runs_and_has_not_moved_for_half_a_day_is_named(indexed: None) -> None:
    settings, long_ago = load(), datetime.now(UTC) - timedelta(hours=13)
    kept, held_in = wiring.syncs(settings), live(settings)
    kept.began(held_in, "later")
    with Turns(wiring.engine(settings)).take(sync_of("main", "later")):
        fresh = checks.sources(settings)
        with wiring.engine(settings).begin() as db:
            mine = syncs.update().where(syncs.c.source == "later")
            db.execute(mine.values(began_at=long_ago, finished_at=None, reached=None))
        with pytest.raises(FootnoteError, match="sync of later runs and has not moved"):
            checks.sources(settings)
        kept.reached(held_in, "later", Reached(1, 2))
        moving = checks.sources(settings)

    assert "2 in sources.toml" in fresh == moving


def test_a_source_that_failed_is_tried_again_after_its_pause_not_at_once() -> None:
    state = SourceState("a", began_at=NOW, finished_at=NOW - timedelta(days=2), error="No.")

    found: Row = row(Spec("a", "files", ("x",), schedule="every 6h"), state, NOW)

    assert found.next_run == NOW + timedelta(hours=6)


@pytest.mark.parametrize(("failures", "rest"), [(1, 1), (2, 2), (5, 16), (40, 360)])
def test_a_source_that_fails_again_and_again_is_listed_with_the_end_of_its_pause(
    failures: int, rest: int
) -> None:
    state = SourceState("a", began_at=NOW, error="No.", failures=failures, failed_at=NOW)

    found: Row = row(Spec("a", "files", ("x",), schedule="every 1m"), state, NOW)

    assert found.next_run == NOW + timedelta(minutes=rest)


def test_a_source_that_failed_while_the_clock_was_ahead_is_due() -> None:
    later = NOW + timedelta(hours=3)
    state = SourceState("a", began_at=later, error="No.", failures=1, failed_at=later)

    assert row(Spec("a", "files", ("x",), schedule="every 6h"), state, NOW).next_run == NOW


def test_a_source_that_was_cut_off_is_due() -> None:
    spec, state = Spec("a", "files", ("x",), schedule="every 6h"), SourceState("a", began_at=NOW)

    assert row(spec, state, NOW).next_run == NOW
    assert row(spec, state, NOW, busy=True).next_run == NOW + timedelta(hours=6)


def test_times_are_said_as_people_say_them() -> None:
    assert [ago(NOW - timedelta(minutes=m), NOW) for m in (0, 5, 119, 180, 2880, 60000)] == [
        "0 min ago",
        "5 min ago",
        "119 min ago",
        "3 h ago",
        "2 d ago",
        "42 d ago",
    ]
    assert [upcoming(m, NOW) for m in (None, NOW, NOW + timedelta(hours=5))] == ["by hand", "due", "in 5 h"]


@pytest.fixture
def indexed(folder: Path) -> Iterator[None]:
    sync()
    sync("later")
    yield


def test_a_document_is_found_by_name_by_address_and_by_its_title(
    run: Run, indexed: None, folder: Path
) -> None:
    for words in ("handbook/hr/pay.md", (folder / "docs" / "hr" / "pay.md").as_uri(), "pAy", "hr/pay"):
        done = run("admin", "access", words)
        assert done.exit_code == 0
        assert "handbook/hr/pay.md" in done.stdout and "readers   members of channel C1" in done.stdout
        assert "answers   yes" in done.stdout and "handbook/menu.md" not in done.stdout


def test_who_may_read_a_document_is_known_before_it_goes_live(run: Run, indexed: None, folder: Path) -> None:
    text = (folder / "sources.toml").read_text()
    (folder / "sources.toml").write_text(text.replace('"hr/**" = "channel:C1"', '"hr/**" = "user:U7"'))
    settings = load()
    index = wiring.index(settings)
    building = index.store.build(Made("one", 4, index.made.layout), "main")
    spec = next(spec for spec in wiring.declared(settings) if spec.name == "handbook")
    index.bring_up(building, wiring.source(settings, spec, aside=True))

    shown = run("admin", "access", "handbook/hr/pay.md").stdout
    (found,) = json.loads(run("admin", "access", "handbook/hr/pay.md", "--json").stdout)

    assert building.name in shown
    assert found["others"] == {building.name: ["user:U7"]}


def test_somebodys_rights_are_said_with_the_reason(run: Run, indexed: None) -> None:
    barred = run("admin", "access", "handbook/hr/pay.md", "--as", "U1")
    allowed = run("admin", "access", "handbook/menu.md", "--as", "U1")
    named = run("admin", "access", "later/plan.md", "--as", "U1")

    assert (barred.exit_code, allowed.exit_code, named.exit_code) == (1, 0, 0)
    assert "user U1 may not read it: it is for members of channel C1" in barred.stdout
    assert "user U1 may read it: everyone may" in allowed.stdout
    assert "user U1 may read it, as it is for user U1" in named.stdout
    assert "channels and user groups of U1 are not known" in barred.stderr


def test_how_much_of_each_source_somebody_may_read_is_counted(run: Run, indexed: None) -> None:
    done = run("admin", "access", "--as", "U1")

    assert "1 of the 3 documents of handbook" in done.stdout
    assert "1 of the 1 documents of later" in done.stdout
    counts = json.loads(run("admin", "access", "--as", "U2", "--json").stdout)
    assert counts == {"handbook": {"documents": 3, "readable": 1}, "later": {"documents": 1, "readable": 0}}


def test_a_question_can_be_asked_as_somebody_else(run: Run, indexed: None) -> None:
    words = ("ask", "Who won the chess world championship in 1972?", "--json")

    everyone, somebody = run(*words), run(*words, "--as", "U1")

    assert "the one document of handbook" in json.loads(everyone.stdout)["text"]
    assert "the 2 documents of handbook and later" in json.loads(somebody.stdout)["text"]
    assert "channels and user groups of U1 are not known" in somebody.stderr


@pytest.mark.slow
def test_slack_says_what_somebody_may_read_and_what_readers_are_called(
    run: Run, folder: Path, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, guest = slack.add_user("ada"), slack.add_user("gus", is_restricted=True)
    board, finance = slack.add_channel("board", ada), slack.add_group("finance", guest)
    text = TOML.replace("channel:C1", f"channel:{board}").replace("group:S1", f"group:{finance}")
    (folder / "sources.toml").write_text(text)
    sync()
    sync("later")
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)

    member = run("admin", "access", "handbook/hr/pay.md", "--as", ada)
    barred = run("admin", "access", "handbook/hr/pay.md", "--as", guest)
    counts = json.loads(run("admin", "access", "--as", guest, "--json").stdout)

    assert member.exit_code == 0 and "ada may read it, as it is for members of #board" in member.stdout
    assert barred.exit_code == 1 and "gus may not read it: it is for members of #board" in barred.stdout
    assert counts == {"handbook": {"documents": 3, "readable": 0}, "later": {"documents": 1, "readable": 1}}
    assert member.stderr == ""


def test_somebody_is_named_by_their_id(run: Run, indexed: None) -> None:
    for words in (("admin", "access", "--as", "ada"), ("ask", "Who is ada?", "--as", "@ada")):
        done = run(*words)
        assert done.exit_code == 2 and "--as takes a Slack id" in done.stderr


def test_a_document_that_is_not_there_or_was_forgotten_is_said_so(run: Run, indexed: None) -> None:
    wiring.index(load()).forget("handbook/menu.md")

    missing, forgotten = run("admin", "access", "no such page"), run("admin", "access", "handbook/menu.md")

    assert (missing.exit_code, forgotten.exit_code) == (1, 1)
    assert "No document" in missing.stdout and "was forgotten" in forgotten.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(("index", "handbook"), "kept and answers; run the same footnote index again"),
     (("index", "--rebuild"), "run footnote index --rebuild again")],
)  # fmt: skip
def test_ctrl_c_says_what_is_kept_and_how_to_go_on(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    sync("handbook")
    (folder / "docs" / "fresh.md").write_text("# Fresh\nBread.")

    def pressed(self: Embedding, texts: list[str]) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Embedding, "embed", pressed)
        done = run(*words)

    assert done.exit_code == 130 and done.stdout == ""
    assert said in done.stderr and "Traceback" not in done.stderr
    assert wiring.store(load()).live("main").count() == 3
    assert run("index", "handbook").exit_code == 0
    assert wiring.store(load()).live("main").count() == 4


def test_another_link_template_is_taken_over_once_and_without_embedding(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    embedded: list[str] = []
    monkeypatch.setattr(Embedding, "embed", lambda self, texts: embedded.extend(texts))
    link = 'link = "https://wiki.example/{path}"\n[source.access]'
    (folder / "sources.toml").write_text(TOML.replace("[source.access]", link))
    settings = load()

    def again() -> int:
        spec = wiring.declared(settings)[0]
        return wiring.index(settings).sync(wiring.source(settings, spec)).changed

    changed, unchanged = again(), again()
    live = wiring.store(settings).live("main")

    assert (changed, unchanged, embedded) == (3, 0, [])
    urls = {passage.url for passage in live.passages.values()}
    assert "https://wiki.example/hr/pay.md#pay" in urls or "https://wiki.example/hr/pay.md#L1" in urls
    assert all(url.startswith("https://wiki.example/") for url in urls)


@pytest.fixture
def beside(run: Run, indexed: None, folder: Path) -> Path:
    """The same, with the folder `later` read for a workspace of its own, too."""
    (folder / "docs2").mkdir()
    (folder / "docs2" / "beta.md").write_text("# Beta\nSecret launch.")
    more = '[[source]]\nname = "beta"\nkind = "files"\nlocation = "docs2"\nworkspace = "T2"\n'
    (folder / "sources.toml").write_text(f'{TOML}\n{more}audience = "user:U3"\n')
    settings = load()
    source = wiring.source(settings, next(s for s in wiring.declared(settings) if s.name == "beta"))
    wiring.index(settings, "T2").sync(source)
    return folder


def test_documents_of_every_workspace_are_found_counted_and_forgotten(run: Run, beside: Path) -> None:
    found = run("admin", "access", "beta/beta.md")
    counts = json.loads(run("admin", "access", "--as", "U3", "--json").stdout)
    forgotten = run("forget", "beta/beta.md")

    assert found.exit_code == 0 and "answers   yes" in found.stdout
    assert (counts["beta"], counts["later"]["documents"]) == ({"documents": 1, "readable": 1}, 1)
    assert forgotten.exit_code == 0 and "Forgotten: beta/beta.md" in forgotten.stdout
    assert wiring.store(load()).live("T2").count() == 0
    assert wiring.store(load()).live("main").count() == 4


def test_a_document_is_forgotten_by_a_link_with_tracking_listed_and_let_back(run: Run, indexed: None) -> None:
    (found,) = json.loads(run("admin", "access", "handbook/menu.md", "--json").stdout)
    link = found["url"]

    assert run("forget", f"{link}?utm_source=slack#soup").exit_code == 0
    table = run("forget", "--list")
    rows = json.loads(run("forget", "--list", "--json").stdout)
    back = run("forget", "--undo", f"{link}?fbclid=1")

    assert "handbook/menu.md" in table.stdout and "0 min ago" in table.stdout
    assert [(one["document"], one["url"]) for one in rows] == [("handbook/menu.md", link)]
    assert back.exit_code == 0 and "indexed again" in back.stdout
    assert run("forget", "--list").stdout == "Nothing is forgotten.\n"
    assert run("forget", "--undo", link).exit_code == 1


@pytest.mark.parametrize("words", [(), ("a", "--list"), ("--undo",), ("a", "--json"), ("a", "--source", "b")])
def test_forgetting_without_saying_what_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    assert run("forget", *words).exit_code == 2


def test_a_source_of_another_workspace_is_taken_out(run: Run, beside: Path) -> None:
    done = run("forget", "--source", "beta")

    assert done.exit_code == 0 and "1 documents of beta are out" in done.stdout
    assert wiring.store(load()).live("T2").count() == 0
    assert run("forget", "--source", "beta").exit_code == 1


def test_a_document_of_a_workspace_that_a_rebuild_let_go_does_not_come_back(run: Run, beside: Path) -> None:
    (beside / "sources.toml").write_text(TOML)
    with pytest.raises(FootnoteError, match="workspace T2"):
        run("index", "--rebuild")
    assert run("index", "--rebuild", "--force").exit_code == 0
    assert wiring.store(load()).workspaces() == ["main"]

    assert run("forget", "beta/beta.md").exit_code == 0

    assert run("index", "--rollback").exit_code == 0
    assert wiring.store(load()).live("T2").count() == 0


def test_a_source_that_is_not_found_stays_adopted(run: Run, indexed: None) -> None:
    syncs = wiring.syncs(load())
    syncs.adopt(Spec("notes", "files", ("notes",), workspace="T2"))

    done = run("forget", "--source", "notes")

    assert done.exit_code == 1 and [spec.name for spec in syncs.adopted()] == ["notes"]


def test_access_without_a_question_is_wrong_usage(run: Run) -> None:
    assert run("admin", "access").exit_code == 2


def test_readers_change_without_embedding_and_what_a_document_says_itself_stays(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "docs" / "hr" / "own.md").write_text("---\naudience: user:U1\n---\n# Own\nMine.")
    sync()
    embedded: list[str] = []
    monkeypatch.setattr(Embedding, "embed", lambda self, texts: embedded.extend(texts))

    def after(rule: str) -> dict[str, Audience]:
        (folder / "sources.toml").write_text(TOML.replace('"hr/**" = "channel:C1"', f'"hr/**" = {rule}'))
        sync()
        live = wiring.store(load()).live("main")
        held = {one.uri: one.audience for one in wiring.ledger(load()).all(live.name)}
        assert {p.document: p.audience for p in live.passages.values()} == held  # the store knows it too
        return held

    for rule, pay, own in (
        ('"channel:C1"', Audience.of("channel:C1"), Audience(frozenset())),
        ('"everyone"', Audience(), Audience.of("user:U1")),
        ('["user:U1", "user:U2"]', Audience.of("user:U1", "user:U2"), Audience.of("user:U1")),
        ("[]", Audience(frozenset()), Audience(frozenset())),
        ('"everyone"', Audience(), Audience.of("user:U1")),
    ):
        held = after(rule)
        assert (held["handbook/hr/pay.md"], held["handbook/hr/own.md"]) == (pay, own)
        assert held["handbook/menu.md"] == Audience()

    assert embedded == []
