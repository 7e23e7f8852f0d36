"""One `footnote serve` on SQLite and LanceDB with stand-ins for Slack and a model, what runs beside it, and
what can be read of both meanwhile."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from bot import wiring
from bot.inbox import Inbox
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from bot.settings import load
from deploy.ports import free
from docs.bench import DATA, FOOTNOTE, ROOT
from docs.machines import Machine, model_server

KEPT = 30  # questions that are answered before, whose words are kept: a shadow asks them again
PAGES = DATA / "handbook_sourcegraph" / "content"
SHADOWED = {"FOOTNOTE_BASE_MODEL": "good"}  # who is in production, for the shadow's other side
GLANCE_S = 1.0


@dataclass(frozen=True)
class Plan:
    """How the process is set up: who writes, how many pages lie in the index beside the example handbook,
    and further settings."""

    writer: str = "chat"
    pages: int = 250
    settings: Mapping[str, str] = field(default_factory=dict)


def prepared(home: Path, pages: int, questions: Sequence[str]) -> None:
    """An index of the example handbook and so many pages, and answers to some questions, in `home`."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("FOOTNOTE_", "SLACK_"))}
    sources = {"handbook": ROOT / "examples" / "handbook"}
    if pages:
        sources["pages"] = _drawn(home.parent / "pages", pages)
    for name, folder in sources.items():
        command = [*FOOTNOTE, "index", str(folder), "--source", name]
        env = clean | {"FOOTNOTE_HOME": str(home), "PYTHONPATH": str(ROOT)}
        subprocess.run(command, env=env, cwd=home.parent, check=True, capture_output=True)
    with ModelStandIn() as stand_in:
        chat = {"writer": "chat", "vllm_base_url": stand_in.base_url, "model": "good"}
        settings = load(_env_file=None, home=home, **chat)
        chain = wiring.chain(settings)
        for question in questions[:KEPT]:
            wiring.record(settings, chain.invoke(question))
        wiring.engine(settings).dispose()


def _drawn(folder: Path, count: int) -> Path:
    """So many pages of a real handbook, as files of one folder."""
    if not PAGES.is_dir():
        raise SystemExit("load: FOOTNOTE_DATA has no handbook_sourcegraph. Say --pages 0, or set it.")
    found = sorted(PAGES.rglob("*.md"))
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(found[:: max(1, len(found) // count)][:count]):
        shutil.copy(page, folder / f"{number}-{page.name}")
    return folder


class Office:
    """The process, answering; `parts` are process ids by name: of serve, and of the model's stand-in."""

    def __init__(self, stack: contextlib.ExitStack, slack: SlackStandIn, folder: Path, plan: Plan) -> None:
        self.slack, self.folder, port = slack, folder, free()
        known = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_"))}
        self.env = known | slack.environment | {
            "VLLM_BASE_URL": f"http://127.0.0.1:{port}/v1", "FOOTNOTE_WRITER": plan.writer,
            "FOOTNOTE_MODEL": "good", "FOOTNOTE_LOG_LEVEL": "INFO", "PYTHONPATH": str(ROOT),
        } | plan.settings  # fmt: skip
        served = stack.enter_context(model_server(port, self.env))
        self._serve = Machine("serve", "serve", folder, self.env)
        self._serve.start()
        assert self._serve.process
        stack.callback(self._serve.kill)
        self.parts = {"footnote serve": self._serve.process.pid, "the model's stand-in": served}
        self.engine = wiring.engine(load(_env_file=None, home=folder / "serve"))
        stack.callback(self.engine.dispose)
        if not slack.wait_for_connections(timeout=120):
            raise SystemExit(f"load: footnote serve did not start: {self.log[-1500:]}")

    @property
    def log(self) -> str:
        return self._serve.log.read_text("utf-8", "replace")

    def waiting(self) -> int:
        """Rows of the inbox that are not at their end."""
        try:
            return Inbox(self.engine).waiting()
        except sa.exc.OperationalError:  # it waited five seconds for others: the next look will do
            return -1

    def beside(self) -> Beside:
        """What an operator does meanwhile: the index built anew, yesterday's questions asked again."""
        shadow = ["adapters", "shadow", "forget", "--last", str(KEPT), "--json"]
        return Beside(
            {"rebuild": ["index", "--rebuild", "--json"], "shadow": shadow},
            self.env | SHADOWED | {"FOOTNOTE_HOME": str(self.folder / "serve")},
            self.folder,
        )


class Beside:
    """Commands that are run again and again, each after itself and beside the others, until it is over."""

    def __init__(self, commands: Mapping[str, Sequence[str]], env: Mapping[str, str], folder: Path) -> None:
        self._env, self._folder = env, folder
        self.ended = dict.fromkeys(commands, 0)
        self.failed: list[str] = []
        self.cpu_s = dict.fromkeys(commands, 0.0)
        self._over = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._threads = [threading.Thread(target=self._again, args=each) for each in commands.items()]

    def __enter__(self) -> Beside:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for process in list(self._running.values()):
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for thread in self._threads:
            thread.join()

    def _again(self, name: str, words: Sequence[str]) -> None:
        while not self._over.is_set():
            with (self._folder / f"log-{name}").open("ab") as log:
                command = [*FOOTNOTE, *words]
                process = subprocess.Popen(command, env=self._env, cwd=self._folder, stdout=log, stderr=log)
            self._running[name] = process
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_s[name] += used.ru_utime + used.ru_stime
            if self._over.is_set():
                return
            self.ended[name] += 1
            if process.returncode:
                said = (self._folder / f"log-{name}").read_text("utf-8", "replace")
                self.failed.append(f"{name} ended with {process.returncode}: {said[-300:]}")
                self._over.wait(1.0)


@dataclass(frozen=True, slots=True)
class Glance:
    """What a process had, so many seconds after the beginning: memory in MB, open handles, rows waiting."""

    at: float
    memory: float
    handles: int
    waiting: int


class Watch:
    """Looks at `footnote serve` once a second."""

    def __init__(self, office: Office) -> None:
        self._office, self._process = office, psutil.Process(office.parts["footnote serve"])
        self.glances: list[Glance] = []
        self._began, self._over = time.monotonic(), threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(GLANCE_S):
            at, memory = time.monotonic() - self._began, self._process.memory_info().rss / (1 << 20)
            waiting = self._office.waiting()
            if waiting >= 0:
                self.glances.append(Glance(at, memory, self._process.num_fds(), waiting))


@contextlib.contextmanager
def opened(slack: SlackStandIn, home: Path, plan: Plan) -> Iterator[Office]:
    """The process on a copy of `home`: what is asked stays out of that."""
    with contextlib.ExitStack() as stack:
        folder = home.parent / "run"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(home, folder / "serve", symlinks=True)
        yield Office(stack, slack, folder, plan)
