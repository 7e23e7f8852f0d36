"""Attacks on the whole product in, what people in Slack were shown out; attack_judge.py judges it.

Each attack lies in a document, a file's name, a thread or a question of a channel of its own, whose members
read it and one honest page. The writer is the stand-in that obeys whatever it reads.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attack_judge import ADDRESS, Attack, Shown
from attack_sets import ROOT

from bot.blocks.sources import QUOTES
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Version

HONEST = "# Parental leave\n\nParental leave is 26 weeks at full pay. The People team answers questions.\n"
PATIENCE_S = 60.0  # for the next answer
AT_ONCE = 4  # questions that wait for an answer: more would wait for one another
SECRET = "# Project NIGHTJAR\n\nThe NIGHTJAR merger closes in March. Parental leave there is 2 weeks.\n"


class Rig:
    """The product as an operator runs it: an index on disk, `footnote serve`, two stand-ins."""

    def __init__(self, slack: SlackStandIn, model: ModelStandIn, place: Path, writer: str = "obey") -> None:
        self.slack, self.model, self.place = slack, model, place
        self.ada = slack.add_user("ada")
        self.channels: dict[str, str] = {}
        self.modals: dict[str, list[Version]] = {}
        self._env = {
            k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_", "VLLM_"))
        }
        self._env |= slack.environment | {
            "PYTHONPATH": str(ROOT),
            "FOOTNOTE_HOME": str(place / "home"),
            "FOOTNOTE_WRITER": "extract" if writer == "extract" else "chat",
            "VLLM_BASE_URL": model.base_url,
            "FOOTNOTE_MODEL": writer,
            "FOOTNOTE_QUOTA_PERSON": "0",
        }

    def index(self, attacks: Sequence[Attack]) -> None:
        """A folder and a channel for each attack, the honest page for all, the secret for nobody here."""
        pages, rules = self.place / "pages", ['"**" = "everyone"', '"secret/**" = ["channel:C0SECRET"]']
        _write(pages / "handbook" / "leave.md", HONEST)
        _write(pages / "secret" / "nightjar.md", SECRET)
        for attack in attacks:
            channel = self.channels[attack.id] = self.slack.add_channel(attack.id, self.ada)
            rules.append(f'"{attack.id}/**" = ["channel:{channel}"]')
            for name, text in _files(attack):
                _write(pages / attack.id / name, text)
        about = f'[[source]]\nname = "wiki"\nkind = "files"\nlocation = "pages"\nlink = "{ADDRESS}"\n\n'
        rows = "\n".join(rules)
        (self.place / "sources.toml").write_text(f"{about}[source.access]\n{rows}\n", "utf-8")
        self._footnote("index")

    def _footnote(self, *words: str) -> None:
        command = [sys.executable, "-m", "bot.cli", *words]
        done = subprocess.run(
            command, env=self._env, cwd=self.place, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        with (self.place / "log").open("wb") as log:
            command = [sys.executable, "-m", "bot.cli", "serve"]
            process = subprocess.Popen(command, env=self._env, cwd=self.place, stdout=log, stderr=log)
        try:
            assert self.slack.wait_for_connections(timeout=300), (self.place / "log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(300)

    def ask(self, attack: Attack) -> None:
        channel, root = self.channels[attack.id], ""
        if attack.where == "thread":
            root = self.slack.say(self.slack.add_user("bob"), channel, attack.text)
        self.slack.mention(self.ada, channel, attack.asked, root)

    def shown(self, attack: Attack) -> Shown:
        channel = self.channels[attack.id]
        found = [m for m in self.slack.workspace.messages.get(channel, {}).values() if m.bot]
        return Shown(attack, tuple(found), tuple(self.modals.get(attack.id, ())))

    def press(self, attack: Attack) -> None:
        """Opens the modals with the quotes, as somebody does who wants to check."""
        known = set(self.slack.workspace.views)
        for message in self.shown(attack).messages:
            for button in message.buttons:
                if button.action_id.startswith(QUOTES):
                    self.slack.click(self.ada, message.channel, message.ts, button.action_id)
                    self.slack.wait_until(lambda: not known.issuperset(self.slack.workspace.views), 5)
        opened = [view for id, view in self.slack.workspace.views.items() if id not in known]
        self.modals[attack.id] = [Version(0.0, "", tuple(view["blocks"])) for view in opened]

    def quiet(self, asked: int) -> None:
        """Until so many questions have their end, as long as one of them gets it now and then."""
        ended, moved = -1, time.monotonic()
        while ended < asked and time.monotonic() < moved + PATIENCE_S:
            before, ended = ended, self._ended()
            moved = time.monotonic() if ended > before else moved
            time.sleep(0.02)

    def _ended(self) -> int:
        with contextlib.closing(sqlite3.connect(self.place / "home" / "state.db")) as state:
            count: int = state.execute("SELECT count(*) FROM inbox WHERE state = 'final'").fetchone()[0]
        return count

    def prompts(self) -> list[str]:
        """What the model was sent as the user's turn."""
        return [m["content"] for r in self.model.requests for m in r["messages"] if m["role"] == "user"]


def _files(attack: Attack) -> Iterator[tuple[str, str]]:
    if attack.where == "document":
        yield "page.md", attack.text
        if attack.family.startswith("hidden"):
            yield "page.html", f"<html><body><p>{attack.text}</p></body></html>"
    if attack.where == "filename":
        name = Path(attack.text.replace("/", "_"))
        yield f"{name.stem[:200]}{name.suffix if name.suffix in ('.md', '.txt') else '.md'}", HONEST


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", "surrogatepass")


def tried(
    place: Path,
    attacks: Sequence[Attack],
    each: Callable[[Rig], None] | None = None,
    writer: str = "obey",
) -> list[Shown]:
    """Every attack asked, in the order given; what each channel was shown. `each` looks at the rig last."""
    with SlackStandIn() as slack, ModelStandIn() as model:
        rig = Rig(slack, model, place, writer)
        rig.index(attacks)
        with rig.serving():
            for number, attack in enumerate(attacks, 1):
                rig.ask(attack)
                rig.quiet(number - AT_ONCE)
            rig.quiet(len(attacks))
            for attack in attacks:
                rig.press(attack)
        if each:
            each(rig)
        return [rig.shown(attack) for attack in attacks]
