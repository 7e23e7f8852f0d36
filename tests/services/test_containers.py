"""The bot's image as its container file makes it, without a container engine: in a fresh Debian root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from kestrel import DOCUMENTS

from bot.play.slack import SlackStandIn
from deploy.container.rooted import Builder, Image, able, rooted
from deploy.ports import free
from deploy.programs import kept

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]
NOBODY = 10001
HOME = "/var/lib/footnote"
WEAVIATE = Path(__file__).parents[2] / "deploy" / "weaviate" / "compose.yaml"


@pytest.fixture(scope="session")
def make(missing: Callable[[str], None]) -> Callable[[str], Image]:
    if not able():
        pytest.skip("a container's root can be made by root on Linux alone")
    if not shutil.which("debootstrap"):
        missing("debootstrap is not here: run python deploy/container/rooted.py --install")
    return Builder().make


@pytest.fixture(scope="session")
def image(make: Callable[[str], Image]) -> Image:
    return make("bot")


@pytest.fixture
def mounted(tmp_path: Path) -> dict[str, str]:
    """A home that is its own, and documents that it may read."""
    home, documents = tmp_path / "home", tmp_path / "documents"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    documents.mkdir()
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text, encoding="utf-8")
    return {HOME: str(home), "/mnt": str(documents)}


def said(image: Image, *words: str, mounted: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    """What a command says in a container that ends with it."""
    with rooted(image, words, mounted, {}) as started:
        return subprocess.run(**started, capture_output=True, text=True, check=False)


@contextmanager
def container(
    image: Image, mounted: Mapping[str, str], log: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The image as it starts by itself. What is yielded ends as the process in it does."""
    words = [*image.entrypoint, *image.words]
    with rooted(image, words, mounted, settings) as started, log.open("wb") as sink:
        process = subprocess.Popen(**started, stdout=sink, stderr=sink)
        try:
            yield process
        finally:
            process.kill()  # what it started goes with it
            process.wait()


def stop(process: subprocess.Popen[bytes]) -> int:
    """As an engine does: a signal to the first process in it, then its status."""
    inner = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    os.kill(int(inner), signal.SIGTERM)
    return process.wait(60)


def test_it_runs_as_nobody_and_can_write_its_volume_and_tmp_alone(
    image: Image, mounted: dict[str, str]
) -> None:
    places = "/ /etc /opt/footnote /usr/local /var/lib /var/tmp /weights"
    inside = f"id -u; for place in {places} {HOME} /tmp; do touch $place/it 2>/dev/null && echo $place; done"

    assert said(image, "/bin/sh", "-c", inside, mounted=mounted).stdout.split() == [
        str(NOBODY),
        HOME,
        "/tmp",
    ]


def test_it_holds_neither_torch_nor_what_installs_nor_a_setting_of_the_machine_that_made_it(
    image: Image,
) -> None:
    packages = "/opt/footnote/.venv/lib/python3*/site-packages"
    unwanted = (
        f"{packages}/torch {packages}/pip {packages}/pytest /etc/pip.conf /opt/footnote/.env ~root/.cache"
    )

    assert said(image, "/bin/sh", "-c", f"ls -d {unwanted} 2>/dev/null").stdout == ""


def test_it_indexes_answers_in_slack_tells_that_it_lives_and_ends_in_peace(
    image: Image, mounted: dict[str, str], tmp_path: Path
) -> None:
    indexed = said(image, "footnote", "index", "/mnt", mounted=mounted)
    assert indexed.returncode == 0, indexed.stderr
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        settings = {**slack.environment, "FOOTNOTE_METRICS_PORT": str(free())}
        log = tmp_path / "log"
        with container(image, mounted, log, settings) as process:
            assert slack.wait_for_connections(timeout=90), log.read_text()
            asked = slack.mention(ada, channel, "How many weeks of parental leave are there?")
            slack.wait_for_reply(channel, asked, timeout=60, until=lambda m: bool(m.edited))
            with rooted(image, image.health, {}, settings) as started:
                healthy = subprocess.run(**started, check=False).returncode
            ended = stop(process)

        assert (healthy, ended) == (0, 0)
        assert "stopped" in log.read_text()


def test_weaviate_starts_as_the_chart_has_it_as_nobody_on_a_read_only_root(
    make: Callable[[str], Image], missing: Callable[[str], None], tmp_path: Path
) -> None:
    binary = kept("weaviate-server")
    if binary is None:
        missing("the Weaviate binary is not here: run python deploy/weaviate/server.py --install")
    first = free(6)  # the chart's pod has ports of its own, this machine does not
    names = (
        "GRPC_PORT CLUSTER_GOSSIP_BIND_PORT CLUSTER_DATA_BIND_PORT RAFT_PORT RAFT_INTERNAL_RPC_PORT".split()
    )
    ports = {name: str(first + number) for number, name in enumerate(names, 1)}
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    settings = yaml.safe_load(WEAVIATE.read_text("utf-8"))["services"]["weaviate"]["environment"]
    settings |= ports | {"AUTHENTICATION_APIKEY_ALLOWED_KEYS": "one,two", "PERSISTENCE_DATA_PATH": HOME}
    started = replace(
        make("base"),
        entrypoint=("/mnt/weaviate-server", "--host", "127.0.0.1", "--port", str(first), "--scheme", "http"),
        user=f"{NOBODY}:{NOBODY}",
    )
    log = tmp_path / "log"
    with container(started, {HOME: str(data), "/mnt": str(binary.parent)}, log, settings) as process:
        while not _ready(first):
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        ended = stop(process)

    assert ended == 0
    assert [path.stat().st_uid for path in data.iterdir()] == [NOBODY] * len(list(data.iterdir()))


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/.well-known/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_container_in_which_nothing_listens_is_not_said_to_live(image: Image) -> None:
    with rooted(image, image.health, {}, {"FOOTNOTE_METRICS_PORT": str(free())}) as started:
        assert subprocess.run(**started, check=False).returncode == 1
