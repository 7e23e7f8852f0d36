"""The pictures in docs/pages.md: footnote pages on the example handbook in a real browser, PNGs out.

python -m docs.pages
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from deploy.chromium.browser import Tab, running
from deploy.ports import free
from docs.gate import World, better, trial

DOCS = Path(__file__).resolve().parent
HANDBOOK = DOCS.parent / "examples" / "handbook"
QUESTIONS = ("How long is parental leave?", "Who waters the roof garden?", "What does a parking permit cost?")
ADAPTER = "kb-0001-0a1b2c3d"
PAGES = {
    "ask": "",
    "sources": "sources",
    "gaps": "gaps",
    "review": "review",
    "votes": "votes",
    "adapters": "adapters",
    "verdict": f"adapters/{ADAPTER}-vs-base",
    "rights": "rights?document=leave&person=U0ADA0001",
    "audit": "audit",
    "settings": "settings",
}


@contextmanager
def staged(home: Path) -> Iterator[str]:
    """The pages over the handbook, as after some weeks; the link that opens them."""
    environment, port = {**os.environ, "FOOTNOTE_HOME": str(home)}, free()
    command = [sys.executable, "-m", "bot.cli"]
    subprocess.run([*command, "index", str(HANDBOOK)], env=environment, check=True, stdout=subprocess.DEVNULL)
    _weeks(home)
    serving = subprocess.Popen(
        [*command, "pages", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        yield serving.stdout.readline().split()[1]
    finally:
        serving.terminate()
        serving.communicate(timeout=10)


def asked(tab: Tab, link: str) -> str:
    """Signs in, asks and votes; the address of the passage behind the first answer."""
    tab.goto(link)
    for number, question in enumerate(QUESTIONS):
        tab.goto(link.partition("/in")[0])
        tab.run("document.querySelector('#question').focus()")
        tab.type(question)
        tab.key("Enter")
        tab.until("document.readyState === 'complete' && document.querySelector('.votes')", 90)
        if number == 0:
            note = str(tab.run("document.querySelector('a.note').href"))
        tab.run(f"document.querySelector('.votes button[value={'down' if number else 'up'}]').click()")
        tab.until("!document.querySelector('.answer')")
    return note


def pictures(home: Path) -> Iterator[tuple[str, bytes]]:
    """Each page by its name."""
    with staged(home) as link, running() as browser:
        tab, start = browser(), link.partition("/in")[0]
        tab.size(960, 620)
        note = asked(tab, link)
        tab.goto(note.partition("#")[0].rpartition("/")[0])
        yield "answer", tab.picture()
        tab.goto(note)
        yield "passage", tab.picture()
        for name, path in PAGES.items():
            tab.goto(f"{start}/{path}")
            yield name, tab.picture()
        tab.size(390, 700, dark=True, touch=True)
        tab.goto(note)
        yield "phone", tab.picture()


def _weeks(home: Path) -> None:
    """What people and adapters left there: votes of twelve weeks, a verdict, rows of the audit."""
    from bot.memory.audit import Audit
    from bot.state import connect, upgrade
    from model.answer import Vote
    from model.feedback import vote
    from model.learning import page

    random, now = np.random.default_rng(7), datetime.now(UTC)
    engine = connect(home)
    upgrade(engine)
    with engine.begin() as connection:
        for n in range(400):
            ago = int(random.integers(0, 80))
            up = random.random() < 0.9 - ago / 250
            why = () if up else (str(random.choice(["outdated", "incomplete", "source", "wrong"])),)
            vote(
                connection,
                Vote(
                    f"past-{n}", "U0ADA0001", "up" if up else "down", now - timedelta(days=ago), reasons=why
                ),
            )
    audit = Audit(engine)
    for what, about in (
        ("reindex", "handbook"),
        ("settings", "C0HELP0001 mode=engaged"),
        ("promote", f"{ADAPTER} pass"),
    ):
        audit.note("U0ADA0001", what, about)
    engine.dispose()
    place = home / "models" / "adapters" / ADAPTER
    place.mkdir(parents=True)
    told = {"base": "Qwen3-4B-Instruct-2507", "dataset": "ds-2f6c1e0b", "rows": 1_840}
    (place / "train.json").write_text(json.dumps(told), encoding="utf-8")
    world = World.drawn(random, 400)
    verdict = trial(world, better(world, 0.15), random)
    page.keep(home / "models" / "verdicts", replace(verdict, candidate=ADAPTER, production="base"))


if __name__ == "__main__":
    (DOCS / "pages").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="footnote-pages-") as place:
        for name, picture in pictures(Path(place)):
            (DOCS / "pages" / f"{name}.png").write_bytes(picture)
