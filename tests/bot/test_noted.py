"""Every command that changes something leaves exactly one line in the audit; one that looks leaves none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from spoken import footnote

from bot import wiring
from bot.cli import table
from bot.cli.noted import NOTED
from bot.memory.audit import Audit, Entry
from bot.memory.started import started
from bot.settings import load
from bot.wiring import watched

# They write their line in the transaction in which they do what it says.
OWN = {
    "backup", "restore", "retention", "erase", "review", "review confirm", "review correct", "review reject",
    "audit",
}  # fmt: skip
LOOK = {
    "ask", "setup", "doctor", "explain", "replay", "play", "advise", "gaps", "review list", "review votes",
    "review show", "sources", "sources check", "admin manifest", "admin access", "dataset list",
    "dataset show", "adapters list", "adapters show", "adapters check", "adapters probe", "adapters shadow",
    "adapters compare", "adapters watch", "eval answers", "eval list", "eval retrieval", "pages",
}  # fmt: skip
RUN = {"serve", "worker"}  # they tell of settings that have changed


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    within = getattr(command, "commands", None)
    if within is None or command.invoke_without_command:
        yield " ".join(path), command
    for name, one in (within or {}).items():
        yield from leaves(one, (*path, name))


def commands() -> dict[str, Any]:
    return dict(leaves(typer.main.get_command(table.app)))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "footnote-home"


def lines() -> list[Entry]:
    return Audit(wiring.engine(load(_env_file=None))).latest()


def test_each_command_leaves_a_line_or_is_known_to_change_nothing() -> None:
    noted = {name for name, one in commands().items() if hasattr(one.callback, NOTED)}

    assert noted | OWN | LOOK | RUN == set(commands())
    assert not noted & (OWN | LOOK | RUN)


@pytest.mark.parametrize(
    ("given", "what", "said"),
    [
        (("optout", "U0ADA0001"), "optout", ""),
        (("optout", "U0ADA0001", "--undo"), "optout", "undo"),
        (("adapters", "candidate", "kb-9999-aaaaaaaa"), "adapters candidate", "kb-9999-aaaaaaaa ended="),
        (("adapters", "rollback"), "rollback", "ended=RegistryError"),
        (("eval", "freeze", "team"), "eval freeze", "ended="),
        (("forget", "https://kestrel.example/leave"), "forget", "ended=1"),
        (("forget", "--source", "people"), "forget", "ended=1"),
    ],
    ids=lambda one: " ".join(one[:2]) if isinstance(one, tuple) else "",
)
def test_a_command_leaves_one_line_however_it_ends(
    home: Path, given: tuple[str, ...], what: str, said: str
) -> None:
    footnote(*given)

    [line] = lines()
    assert line.what == what
    assert line.about.startswith(said)
    assert "U0ADA0001" not in line.about and "kestrel" not in line.about


@pytest.mark.parametrize(
    "given",
    [
        ("forget", "--list"), ("forget",), ("optout", "nobody"), ("adapters", "list"), ("eval", "list"),
        ("dataset", "list"), ("sources",), ("gaps",), ("audit",), ("audit", "--verify"), ("report",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_whoever_looks_or_is_wrong_leaves_no_line(home: Path, given: tuple[str, ...]) -> None:
    footnote(*given)

    assert lines() == []


def test_settings_that_have_changed_between_two_starts_are_named_and_their_values_are_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(**given: Any) -> None:
        watched.started(load(_env_file=None, **given))

    start(vllm_api_key="plum-canary-4711", model="kb-canary")
    start(vllm_api_key="plum-canary-4711", model="kb-canary")
    start(vllm_api_key="plum-canary-4712", model="kb-other", passages=7)

    found = [line.about.split(" ", 1)[1] for line in lines()]
    assert found == ["FOOTNOTE_MODEL,FOOTNOTE_PASSAGES", "first start"]
    with wiring.engine(load(_env_file=None)).connect() as db:
        kept = str(db.execute(sa.text("SELECT * FROM switches")).all())
    assert "canary" not in kept


def test_a_setting_that_is_no_longer_there_has_changed(anywhere: sa.Engine) -> None:
    started(anywhere, "start", {"A": "1", "B": "2"})

    assert started(anywhere, "start", {"A": "1"}) == ("B",)
    assert started(anywhere, "start", {"A": "1"}) == ()


def test_the_doctor_says_where_the_audit_was_changed_and_where_traces_cannot_be_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    footnote("optout", "U0ADA0001")
    well = footnote("doctor").stdout
    with wiring.engine(load(_env_file=None)).begin() as db:
        db.execute(sa.text("UPDATE audit SET who = 'somebody'"))
    monkeypatch.setitem(sys.modules, "bot.tracing.otlp", None)
    told = " ".join(footnote("doctor").stdout.split())

    assert "audit: 1 rows, none changed" in well and "traces: to 127.0.0.1" in well
    assert "Row 1 was changed. footnote audit --verify names them all" in told
    assert 'pip install "footnote[traces]"' in told
