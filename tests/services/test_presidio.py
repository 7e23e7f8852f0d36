"""Presidio as it is, without a network: language models that are made here know a few names."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from operated import ready

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
MADE = """
import sys, spacy
for code, names in (("en", ["Ada Quill", "Ada", "Quill"]), ("de", ["Jonas Amsel"]), ("fr", [])):
    model = spacy.blank(code)
    if names:
        ruler = model.add_pipe("entity_ruler")
        ruler.add_patterns([{"label": "PERSON", "pattern": name} for name in names])
    model.to_disk(f"{sys.argv[1]}/{code}")
"""
ASKED = """
import json, socket, sys
def refused(*_): raise AssertionError("the network was asked")
socket.socket.connect = socket.getaddrinfo = refused
from model.learning.presidio import finder
from model.learning.redact import Redaction
from model.learning.row import Row
from retrieval.passage import Passage, SettingError
try:
    found = finder(sys.argv[1:])
except SettingError as error:
    print(json.dumps(str(error)))
    sys.exit()
said = []
for text in json.load(sys.stdin):
    said.append(Redaction(found).of(text))
shown = Passage("p", "kb:a.md", "kb", "Of Quill", "Ask Ada Quill for the key.", 0, 26, "")
row = Row("whom do I ask?", (shown,), "Ask Ada Quill for the key. [1]", (1,), ("Ada Quill",))
row = Redaction(found).row(row)
print(json.dumps([*said, row.passages[0].title, row.passages[0].text, row.answer, *row.facts]))
"""


@pytest.fixture(scope="session")
def python(missing: Callable[[str], None]) -> Path:
    return ready("presidio", missing).python


@pytest.fixture(scope="session")
def models(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders en and de, which know a few names, and fr, which knows none."""
    place = tmp_path_factory.mktemp("models")
    subprocess.run([str(python), "-W", "ignore", "-c", MADE, str(place)], check=True, timeout=240)
    return place


def asked(python: Path, texts: list[str], *named: str) -> Any:
    command = [str(python), "-W", "ignore", "-c", ASKED, *named]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, input=json.dumps(texts), env=env, cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_names_become_placeholders_in_both_languages_and_in_all_texts_of_a_row(
    python: Path, models: Path
) -> None:
    texts = [
        "Ada Quill has the key of the lab; write to ada@kb.example before Friday, room 12.",
        "Fragen Sie Jonas Amsel nach dem Schlüssel, und nicht Ada Quill.",
        "The social security number of the tenant is 536-90-4399.",
        "Order 4711 costs 90 euros and comes on 2026-03-04 to Lund.",
    ]

    said = asked(python, texts, str(models / "en"), str(models / "de"))

    assert said[0] == "‹person› has the key of the lab; write to ‹email› before Friday, room 12."
    assert (
        said[1] == "Fragen Sie ‹person› nach dem Schlüssel, und nicht Ada Quill."
    )  # which that model does not know
    assert said[2] == "The social security number of the tenant is ‹number›."
    assert said[3] == texts[3]
    assert said[4:] == [
        "Of ‹person 2›",
        "Ask ‹person› for the key.",
        "Ask ‹person› for the key. [1]",
        "‹person›",
    ]


def test_a_text_in_a_language_of_no_model_is_looked_at_with_all(python: Path, models: Path) -> None:
    [said, *_] = asked(python, ["Ada Quill et le chat de la maison sont dans le jardin."], str(models / "en"))

    assert said.startswith("‹person›")


@pytest.mark.parametrize(
    ("name", "reason"), [("absent_model", "python -m spacy download absent_model"), ("fr", "finds no names")]
)
def test_a_model_that_is_not_there_or_knows_no_names_is_one_sentence_and_is_not_downloaded(
    python: Path, models: Path, name: str, reason: str
) -> None:
    given = str(models / "fr") if name == "fr" else name

    said = asked(python, [], str(models / "en"), given)

    assert said.startswith("FOOTNOTE_REDACT: the language model") and reason in said
