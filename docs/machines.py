"""The product on several machines, as processes on this one: PostgreSQL, Weaviate, stand-ins for Slack and a
model, and `footnote serve` and `footnote worker` as often as one likes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.play.slack import SlackStandIn
from deploy.ports import free
from deploy.postgres.server import running as postgres
from deploy.weaviate.server import running as weaviate
from docs.bench import FOOTNOTE, ROOT, until_listening

SOURCE = "news"  # what is due every minute


@dataclass
class Machine:
    """One process of the product in a folder of its own, started again and again."""

    name: str
    command: str
    folder: Path
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    _from: int = 0  # of its log: what it has said since it was started last

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._from = log.tell()
            self.process = subprocess.Popen(
                [*FOOTNOTE, self.command],
                env={**self.env, "FOOTNOTE_HOME": str(self.folder / self.name)},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # what it starts dies with it, as on a machine that is switched off
            )

    def kill(self) -> str:
        """Who it was, where it had come so far as to say so."""
        assert self.process
        before = self.executor
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return before

    @property
    def log(self) -> Path:
        return self.folder / f"log-{self.name}"

    @property
    def executor(self) -> str:
        said = re.search(rb"working: executor=(\w+)", self.log.read_bytes()[self._from :])
        return said[1].decode() if said else ""


class Company:
    """Everything that runs: servers, stand-ins, and a machine for each command."""

    def __init__(
        self, stack: contextlib.ExitStack, slack: SlackStandIn, folder: Path, commands: Sequence[str]
    ) -> None:
        self.slack, self.folder = slack, folder
        state, store, port = stack.enter_context(postgres()), stack.enter_context(weaviate()), free()
        self.servers = {"PostgreSQL": state.process.pid, "Weaviate": store.process.pid}
        known = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_"))}
        self.env = known | slack.environment | {
            "DATABASE_URL": state.url, "FOOTNOTE_STORE": "weaviate", "WEAVIATE_URL": store.url,
            "WEAVIATE_GRPC_PORT": str(store.grpc_port), "VLLM_BASE_URL": f"http://127.0.0.1:{port}/v1",
            "FOOTNOTE_WRITER": "chat", "FOOTNOTE_MODEL": "good", "FOOTNOTE_QUOTA_PERSON": "0",
            "FOOTNOTE_QUOTA_CHANNEL": "0", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self._plan()
        self._index()
        stack.enter_context(model_server(port, self.env))
        numbered = [(f"{command}{number}", command) for number, command in enumerate(commands)]
        self.machines = [Machine(*name, folder, self.env) for name in numbered]
        self.database = state.url
        stack.callback(self._stop)

    def start(self) -> None:
        for machine in self.machines:
            machine.start()
        serving = sum(machine.command == "serve" for machine in self.machines)
        if not self.slack.wait_for_connections(serving, 120):
            raise SystemExit(f"machines: the services did not start: {self.logs()}")

    def logs(self) -> str:
        return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in self.folder.glob("log-*"))

    def _plan(self) -> None:
        news = self.folder / "news"
        news.mkdir()
        (news / "opening.md").write_text("# Opening hours\n\nThe shop opens at nine.\n")
        (self.folder / "sources.toml").write_text(
            f'[[source]]\nname = "{SOURCE}"\nkind = "files"\nlocation = "news"\nschedule = "every 1m"\n'
        )

    def _index(self) -> None:
        command = [*FOOTNOTE, "index", str(ROOT / "examples" / "handbook"), "--source", "handbook"]
        env = self.env | {"FOOTNOTE_HOME": str(self.folder / "first")}
        subprocess.run(command, env=env, cwd=self.folder, check=True, capture_output=True)

    def _stop(self) -> None:
        for machine in self.machines:
            if machine.process:
                machine.kill()


@contextlib.contextmanager
def model_server(port: int, env: Mapping[str, str]) -> Iterator[int]:
    """The stand-in for a model at that port: its process id."""
    command = [sys.executable, "-m", "bot.play.model", str(port)]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until_listening(port)
        yield process.pid
    finally:
        process.kill()
        process.wait()
