"""A real serving process for tests: started, killed and started again against the stand-in for Slack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from nursery import Child, Nursery

from bot.play.slack import SlackStandIn
from deploy.ports import free

SCRIPT = Path(__file__).with_name("canned_serve.py")
ROOT = Path(__file__).parents[2]


class BotProcess:
    """`canned_serve.py` in a home, pointed at a stand-in; its log lies in the home."""

    def __init__(
        self, slack: SlackStandIn, home: Path, nursery: Nursery | None = None, **settings: str
    ) -> None:
        self.slack, self.home, self.nursery = slack, home, nursery
        self.settings = settings
        self.process: subprocess.Popen[bytes] | Child | None = None
        home.mkdir(parents=True, exist_ok=True)
        if slack.mode == "http":
            self.port = free()
            slack.events_url = f"http://127.0.0.1:{self.port}/slack/events"
            self.settings["FOOTNOTE_HTTP_PORT"] = str(self.port)

    def start(self, **settings: str) -> Self:
        """Starts and waits until it takes events, or ends by itself."""
        known = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_"))}
        own = self.slack.environment | {"FOOTNOTE_HOME": str(self.home)} | self.settings | settings
        if self.nursery:
            self.process = self.nursery.start(own, self.home)
            return self
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT)],
                env=known | own | {"PYTHONPATH": str(ROOT)},
                cwd=self.home,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_ready(self, timeout: float = 90.0) -> bool:
        """Whether events reach it; False where it ended before that."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.running:
            if self.answers:
                return True
            time.sleep(0.02)
        return False

    @property
    def answers(self) -> bool:
        """Whether events reach it now."""
        if self.slack.mode == "socket":
            return self.slack.connections > 0
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait(self, timeout: float = 90.0) -> int:
        """The exit status, once it has ended."""
        assert self.process is not None
        return self.process.wait(timeout)

    def kill(self) -> None:
        """As `kill -9` and a power cut do."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As an operator does."""
        assert self.process is not None
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        return self.wait()

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def __enter__(self) -> Self:
        self.start()
        assert self.wait_ready(), self.log
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self.running:
            self.kill()
