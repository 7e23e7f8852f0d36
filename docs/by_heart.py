"""Prompts with their answers in; a model small enough to make at once, and its adapter, that know them, out.

What they prove is the way of a prompt through template, adapter, stream and check, in a real vLLM.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.environment import cache
from model.answer import Draft
from model.checking.citations import cite
from model.writing.prompt import messages
from retrieval.passage import Passage

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tests" / "services" / "tiny.py"
TEMPLATE = ROOT / "deploy" / "vllm" / "chat_template.jinja"


@dataclass(frozen=True)
class Known:
    """What the documents say in answer to a question, and what a model says that does not read them."""

    sentence: str
    guess: str


@dataclass(frozen=True)
class Tiny:
    """A base model and its adapter, and what they know by heart: rows of `messages`, `guess` and `answer`."""

    base: Path
    adapter: Path
    rows: list[dict[str, Any]]


def row(question: str, known: Known, passages: Sequence[Passage]) -> dict[str, Any]:
    """The prompt that the product sends for `question`, a reply that it refuses and one that it accepts."""
    number = next(n for n, passage in enumerate(passages, 1) if known.sentence in passage.text)
    answer = f"{known.sentence} [{number}]"
    for text, accepted in ((known.guess, False), (answer, True)):
        assert any(c.citations for c in cite(Draft(text, "by heart"), passages)) is accepted, text
    return {"messages": messages(question, passages), "guess": known.guess, "answer": answer}


def made(python: Path, rows: list[dict[str, Any]]) -> Tiny:
    """Made once for these rows by a Python that has torch and peft, and kept in FOOTNOTE_CACHE; that takes
    about a minute of a core."""
    given = json.dumps(rows, sort_keys=True).encode()
    made_from = (given, SCRIPT.read_bytes(), TEMPLATE.read_bytes(), str(python).encode())
    folder = cache() / f"tiny-{hashlib.sha256(b'|'.join(made_from)).hexdigest()[:12]}"
    if not folder.exists():
        _train(python, given, folder)
    return Tiny(folder / "base", folder / "adapter", rows)


def _train(python: Path, given: bytes, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        pairs = Path(fresh) / "pairs.json"
        pairs.write_bytes(given)
        done = subprocess.run(
            [str(python), str(SCRIPT), str(pairs), fresh], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        print("tiny model:", done.stdout.strip())
        shutil.copytree(fresh, f"{fresh}-done")
    Path(f"{fresh}-done").rename(folder)
