"""The picture in README.md: the real chain over examples/handbook in, docs/answer.svg out.

python -m docs.picture
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console, Group
from rich.text import Text

DOCS = Path(__file__).resolve().parent
EXAMPLES = DOCS.parent / "examples"


def picture(home: Path) -> str:
    """The SVG of the demo's first question and its answer as a terminal shows them; indexes into `home`."""
    from bot.cli.ask import render
    from bot.settings import load
    from bot.wiring import chain, index
    from retrieval.sources.files import FileSource

    demo = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))
    settings = load(home=home)
    index(settings).sync(
        FileSource("handbook", [EXAMPLES / demo["folder"]], settings.max_file_mb << 20), None
    )
    question = demo["questions"][0]["question"]
    screen = Console(record=True, width=100, file=StringIO(), force_terminal=True)
    answer = chain(settings).invoke(question)
    elsewhere = [replace(c, url=c.url.replace(EXAMPLES.as_uri(), "file:///srv")) for c in answer.citations]
    asked = Text(f'$ footnote ask "{question}"\n')
    screen.print(Group(asked, render(replace(answer, citations=tuple(elsewhere)))))
    return screen.export_svg(title="footnote")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        (DOCS / "answer.svg").write_text(picture(Path(folder)), encoding="utf-8")
