"""A real Prometheus reads a real process: its alarms sound when they should, its queries find something."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kestrel import DOCUMENTS
from operated import command, process, until

from bot.events import VOTE
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from deploy.ports import free
from deploy.watch.dashboard import dashboard
from deploy.watch.prometheus import Prometheus, program, running

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
WATCH = Path(__file__).parents[2] / "deploy" / "watch"
QUESTIONS = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


@pytest.fixture(scope="module")
def promtool(missing: Callable[[str], None]) -> Path:
    try:
        return program("promtool")
    except RuntimeError as error:
        missing(str(error))
        raise


@pytest.mark.parametrize("words", ["check rules alerts.yaml", "test rules alerts_test.yaml"])
def test_each_alarm_sounds_when_it_should_and_not_before(promtool: Path, words: str) -> None:
    done = subprocess.run(
        [str(promtool), *words.split()], cwd=WATCH, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def watched(promtool: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that reads a `footnote serve` with votes and a model that forges."""
    home, port = tmp_path_factory.mktemp("watched"), free()
    (home / "docs").mkdir()
    for name, text in DOCUMENTS.items():
        (home / "docs" / name).write_text(text)
    with ModelStandIn() as model, SlackStandIn() as slack:
        own = {"FOOTNOTE_HOME": str(home), "FOOTNOTE_METRICS_PORT": str(port), "FOOTNOTE_MODEL": "forge"}
        own |= slack.environment | {"VLLM_BASE_URL": model.base_url, "FOOTNOTE_WRITER": "chat"}
        assert command("index", str(home / "docs"), FOOTNOTE_HOME=str(home)).returncode == 0
        assert command("backup", str(home / "kept.backup"), FOOTNOTE_HOME=str(home)).returncode == 0
        said, ada = home / "said", slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        serving = process(said, ["-m", "bot.cli", "serve"], **own)
        with serving, running([f"127.0.0.1:{port}"], WATCH / "alerts.yaml") as prometheus:
            assert slack.wait_for_connections(1, 60), said.read_text()
            until(lambda: prometheus.ask("footnote_events_total") != [], said, 60)
            for _ in range(2):  # a rate needs what was there before
                ts = slack.mention(ada, channel, "How many weeks of parental leave are paid?")
                reply = slack.wait_for_reply(channel, ts, 60, lambda m: VOTE in str(m.blocks))
                slack.click(ada, channel, reply.ts, VOTE)
                time.sleep(2.5)
            yield prometheus


@pytest.mark.parametrize("query", QUESTIONS)
def test_every_query_of_the_dashboard_finds_something(watched: Prometheus, query: str) -> None:
    found: list[dict[str, Any]] = []
    for _ in range(20):  # one that is not scraped within its second has no series until the next
        found = watched.ask(query.replace("$__rate_interval", "1m"))
        if found and all(series["value"][1] != "NaN" for series in found):
            return
        time.sleep(1)
    raise AssertionError(f"no series, or no figure: {found}")


def test_every_alarm_is_understood_and_none_sounds_while_all_is_well(watched: Prometheus) -> None:
    rules = watched.rules()

    assert {rule["health"] for rule in rules} == {"ok"}
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []
