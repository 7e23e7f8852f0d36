"""footnote gate, over HTTP: a served candidate is judged against what is served as production."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from golden_rows import parts
from typer.testing import CliRunner

from bot.cli.table import app
from bot.play.model import ModelStandIn
from model.learning import golden
from model.learning.evaluate import NotEvaluated

GATE = ("gate", "--items", "8", "--refusals", "3")
FEW, ENOUGH = (8, 3), (80, 25)  # items, of them without an answer: less than enough passes nobody


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelStandIn]:
    with ModelStandIn() as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.base_url)
        monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
        yield server


@pytest.fixture
def served(server: ModelStandIn, tmp_path: Path) -> ModelStandIn:
    golden.freeze(tmp_path / "models" / "golden", "team", replace(parts(*FEW), pairs=()))
    return server


def judged(of: tuple[int, int], *words: str) -> tuple[int, dict[str, object]]:
    sizes = ("--items", str(of[0]), "--refusals", str(of[1]))
    done = CliRunner().invoke(app, ["gate", *words, *sizes, "--json"], catch_exceptions=False)
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.slow
def test_a_served_candidate_is_judged_against_production(server: ModelStandIn, tmp_path: Path) -> None:
    golden.freeze(tmp_path / "models" / "golden", "team", parts(*ENOUGH))

    code, said = judged(ENOUGH, "good", "--against", "forge")

    assert (code, said["verdict"], said["candidate"], said["production"]) == (0, "pass", "good", "forge")
    asked = [request["model"] for request in server.requests]
    turns = [name for name, before in zip(asked, ["", *asked], strict=False) if name != before]
    assert turns == ["forge", "good", "forge"]  # one model at a time


def test_a_set_that_is_too_small_is_insufficient_without_a_model_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    golden.freeze(tmp_path / "models" / "golden", "team", replace(parts(*FEW), pairs=()))

    for url in ("", "http://127.0.0.1:9/v1"):
        monkeypatch.setenv("VLLM_BASE_URL", url)
        code, said = judged((9, 3), "kb-0001-aaaaaaaa")
        assert (code, said["verdict"]) == (4, "insufficient")
        assert "It needs 1 more golden item (" in str(said["sentence"])


@pytest.mark.parametrize("words", [("base",), ("good", "--against", "good"), ("no-marker",)])
def test_nobody_is_judged_against_themselves(
    served: ModelStandIn, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FOOTNOTE_BASE_MODEL", "no-marker")

    done = CliRunner().invoke(app, ["gate", *words])

    assert isinstance(done.exception, NotEvaluated) and "what it would be judged against" in str(
        done.exception
    )
    assert not served.requests


def test_a_candidate_that_forgets_is_stopped(served: ModelStandIn) -> None:
    code, said = judged(FEW, "forget", "--against", "forge")

    assert (code, said["verdict"]) == (3, "fail")
    assert "Loss on general text: 1.500 times production's" in str(said["sentence"])


def test_without_a_golden_set_it_is_said_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))

    done = CliRunner().invoke(app, ["gate", "good"])

    assert isinstance(done.exception, golden.NotGolden)
    assert "footnote eval add" in str(done.exception)


def test_the_grid_asks_base_and_adapter_alone_and_with_passages(
    served: ModelStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_BASE_MODEL", "no-marker")

    done = CliRunner().invoke(app, ["eval", "grid", "good", "--json"], catch_exceptions=False)

    said = json.loads(done.stdout)
    cells = {one["cell"]: one for one in said["cells"]}
    assert list(cells) == ["base alone", "good alone", "base + retrieval", "good + retrieval"]
    assert cells["good + retrieval"]["right"]["share"] > 0.9 > cells["good alone"]["right"]["share"]
    assert cells["base + retrieval"]["supported"]["share"] == 0.0  # it adds an invention
    assert cells["good + retrieval"]["tokens"] > cells["good alone"]["tokens"] > 0
    assert {path.name for path in Path(said["folder"]).iterdir()} == {"GRID.md", "grid.svg", "answers.jsonl"}
    assert len((Path(said["folder"]).parents[2] / "attempts.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("words", [GATE, ("eval", "run"), ("eval", "grid")])
def test_who_is_not_served_is_named_before_anybody_is_asked_or_counted(
    served: ModelStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FOOTNOTE_BASE_MODEL", "good")

    done = CliRunner().invoke(app, [*words, "kb-0009-aaaaaaaa"])

    assert isinstance(done.exception, NotEvaluated)
    assert "does not serve kb-0009-aaaaaaaa. It serves" in str(done.exception)
    assert served.requests == [] and not (tmp_path / "models" / "evals").exists()


def test_a_server_that_is_down_judges_nobody(served: ModelStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_BASE_URL", "http://127.0.0.1:9/v1")

    done = CliRunner().invoke(app, [*GATE, "good"])

    assert isinstance(done.exception, NotEvaluated) and "is it up?" in str(done.exception)


@pytest.mark.parametrize("words", [GATE, ("eval", "run"), ("eval", "grid"), ("adapters", "compare")])
def test_without_a_server_it_is_said_that_judging_needs_one(
    served: ModelStandIn, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("VLLM_BASE_URL", "")

    done = CliRunner().invoke(app, [*words, "good", *(["base"] if "compare" in words else [])])

    assert "models are judged on a model server" in str(done.exception)
