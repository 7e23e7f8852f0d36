"""How footnote serve ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import server, wiring
from bot.cli.serve import serve


@pytest.mark.parametrize(("finished", "ends"), [(False, ["syncs", "process"]), (True, ["syncs"])])
def test_what_was_begun_beside_slack_ends_before_a_process_that_threads_would_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: bool, ends: list[str]
) -> None:
    ended: list[str] = []

    @contextmanager
    def schedules(*_: object, **__: object) -> Iterator[None]:
        yield
        ended.append("syncs")

    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    monkeypatch.setattr(wiring, "schedules", schedules)
    monkeypatch.setattr(server, "run", lambda *_: finished)
    monkeypatch.setattr(os, "_exit", lambda _: ended.append("process"))
    serve()

    assert ended == ends
