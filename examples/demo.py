"""The demo of `make demo`: the example handbook is indexed and asked, then changed and asked again."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

from bot import wiring
from bot.cli.ask import render, struck_out
from bot.play.model import ModelStandIn
from bot.settings import Settings, load
from model.answer import Answer
from retrieval.sources import Spec

HERE = Path(__file__).resolve().parent
NEXT = """[bold]Next[/]
  Ask your own folder:   .venv/bin/footnote index PATH && .venv/bin/footnote ask "..."
  See it as in Slack:    FOOTNOTE_HOME={home} .venv/bin/footnote play
  Connect Slack:         .venv/bin/footnote setup"""


class Demo:
    """A copy of the handbook with an index of its own, so that it can be changed."""

    def __init__(self, settings: Settings, script: dict[str, object], console: Console) -> None:
        self.settings, self.script, self.console = settings, script, console
        self.folder = settings.home / str(script["folder"])
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(HERE / str(script["folder"]), self.folder)
        self.index()
        self.chain = wiring.chain(settings)

    def index(self) -> None:
        """Brings the index up to date with the copy."""
        began = time.perf_counter()
        places = (os.path.realpath(self.folder),)
        handbook = Spec("handbook", "files", places, workspace=self.settings.workspace)
        wiring.syncs(self.settings).adopt(handbook)  # as footnote index does: footnote sources lists it
        done = wiring.index(self.settings).sync(wiring.source(self.settings, handbook), None)
        took = time.perf_counter() - began
        self.console.print(
            f"[dim]Indexed {done.documents} documents, {done.passages} passages in {took:.1f} s: "
            f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged, {done.removed} removed.[/]"
        )

    def ask(self, question: str, expects: str | None) -> bool:
        """Prints question and answer. Whether the answer is what the script expects."""
        self.console.print(Rule(style="dim"), f"[bold cyan]{question}[/]", "")
        answer = self.chain.invoke(question)
        self.console.print(render(answer), f"[dim]{answer.timings.total:.0f} ms[/]")
        return _as_expected(answer, expects)

    def lie(self, question: str, struck: list[str]) -> bool:
        """Has a writer answer that lies, and prints what is struck out. Whether that is as expected."""
        head = "[bold]Now a writer that lies:[/] a wrong number, an invented fact, a forged marker."
        self.console.print(Rule(style="dim"), head)
        with ModelStandIn() as model:
            answer = wiring.lying(self.settings, model.base_url).invoke(question)
        self.console.print(f"[bold cyan]{question}[/]", "", render(answer), struck_out(answer))
        return [str(one.fault) for one in answer.struck] == struck

    def run(self) -> list[str]:
        """Every step of the script. Returns the questions whose answer was not as expected."""
        wrong = [q["question"] for q in self.script["questions"] if not self.ask(q["question"], q["expects"])]
        lie = self.script["lie"]
        wrong += [] if self.lie(lie["question"], lie["struck"]) else [lie["question"]]
        edit, delete = self.script["edit"], self.script["delete"]
        self.console.print(
            Rule(style="dim"), f"[bold]Now {edit['file']} changes:[/] {edit['old']} -> {edit['new']}"
        )
        file = self.folder / edit["file"]
        file.write_text(file.read_text(encoding="utf-8").replace(edit["old"], edit["new"]), encoding="utf-8")
        self.index()
        wrong += [] if self.ask(edit["question"], edit["expects"]) else [edit["question"]]
        wrong += [] if self.ask(delete["question"], delete["expects"]) else [delete["question"]]
        self.console.print(Rule(style="dim"), f"[bold]Now {delete['file']} is deleted.[/]")
        (self.folder / delete["file"]).unlink()
        self.index()
        return wrong + ([] if self.ask(delete["question"], None) else [delete["question"]])


def _as_expected(answer: Answer, expects: str | None) -> bool:
    return expects in answer.text if expects else str(answer.status) == "not_found"


def main() -> int:
    console = Console(width=min(Console().width, 110), highlight=False)
    script = json.loads((HERE / "demo.json").read_text(encoding="utf-8"))
    settings = load(home=load().home / "demo", store="lance", writer="extract")
    wrong = Demo(settings, script, console).run()
    console.print(Rule(style="dim"), NEXT.format(home=settings.home))
    for question in wrong:
        console.print(f"[red]Not the expected answer:[/] {question}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
