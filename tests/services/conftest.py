"""The real parts: each started once a run, from what `make services` has put into FOOTNOTE_CACHE."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from kestrel import ADAPTER, ASKED, DOCUMENTS, VLLM
from operated import ready

from deploy.chromium import browser as chromium
from deploy.vllm.server import Serving, running
from docs.by_heart import Tiny, made, row
from retrieval.passage import Audience, Passage

COLLECTION = "Slice"
WRITTEN_AT = 1_760_000_000  # a date of its own would make every checkout's prompts differ
Find = Callable[[str], Sequence[Passage]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"tiny", "by_heart"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(1200))  # the first of them trains and starts


@pytest.fixture(scope="session")
def browser(missing: Callable[[str], None]) -> Iterator[Callable[[], chromium.Tab]]:
    with contextlib.ExitStack() as stack:
        try:
            tab = stack.enter_context(chromium.running())
        except (RuntimeError, subprocess.SubprocessError) as error:
            missing(f"Chromium: {error}")
        yield tab


@pytest.fixture(scope="session")
def torch_python(missing: Callable[[str], None]) -> Path:
    """A Python that has torch, sentence-transformers and peft."""
    return ready("torch", missing).python


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three short documents of an invented company."""
    folder = tmp_path_factory.mktemp("slice") / "kestrel"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (WRITTEN_AT, WRITTEN_AT))
    return folder


@pytest.fixture(scope="session")
def team(
    weaviate: Any, documents: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The settings of a bot of the profile team whose Weaviate holds the documents."""
    settings = {
        "FOOTNOTE_PROFILE": "team",
        "FOOTNOTE_HOME": str(tmp_path_factory.mktemp("team")),
        "FOOTNOTE_COLLECTION": COLLECTION,
        "WEAVIATE_URL": weaviate.url,
        "WEAVIATE_GRPC_PORT": str(weaviate.grpc_port),
    }
    yield settings


@pytest.fixture(scope="session")
def indexed(team: dict[str, str], documents: Path, footnote: Callable[..., Any]) -> dict[str, Any]:
    """What `footnote index` said about the documents."""
    done = footnote("index", str(documents), "--source", "kestrel", "--json", **team)
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


@pytest.fixture(scope="session")
def found(team: dict[str, str], indexed: dict[str, Any]) -> Find:
    """Passages for a question, as the product retrieves them from Weaviate."""
    from bot import wiring
    from bot.settings import load

    with pytest.MonkeyPatch.context() as patch:
        for name, value in team.items():
            patch.setenv(name, value)
        settings = load(_env_file=None)
    search = wiring.search(settings, wiring.embedder_of(settings))
    passages = {
        question: [hit.passage for hit in search.find(question, Audience(), settings.passages).hits]
        for question in ASKED
    }
    search.close()
    return passages.__getitem__


@pytest.fixture(scope="session")
def tiny(found: Find, torch_python: Path) -> Tiny:
    """Made once for these prompts and kept in FOOTNOTE_CACHE; training takes about a minute of a core."""
    return made(torch_python, [row(question, known, found(question)) for question, known in ASKED.items()])


@pytest.fixture(scope="session")
def by_heart(torch_python: Path) -> Tiny:
    """The same for prompts that need no index."""
    passages = [
        Passage(name, name, "kestrel", name, text, 0, len(text), name) for name, text in DOCUMENTS.items()
    ]
    return made(torch_python, [row(question, known, passages) for question, known in ASKED.items()])


@pytest.fixture(scope="session")
def vllm(
    tiny: Tiny, missing: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VLLM]:
    """A real vLLM on the CPU."""
    ready("serve-cpu", missing)
    log = tmp_path_factory.mktemp("vllm") / "vllm.log"
    with running(Serving(str(tiny.base), {ADAPTER: tiny.adapter}), log) as server:
        print(f"vLLM gave its first tokens after {server.seconds:.0f} s")
        yield VLLM(server.base_url, tiny.rows, log)
