"""The example handbook, its questions and the demo's script fit together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pypdf
import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
HANDBOOK = EXAMPLES / "handbook"
FILES = sorted(path for path in HANDBOOK.rglob("*") if path.is_file())
PATHS = {path.relative_to(HANDBOOK).as_posix() for path in FILES}
QUESTIONS = [json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text("utf-8").splitlines()]
ANSWERABLE = [row for row in QUESTIONS if row["answerable"]]
DEMO = json.loads((EXAMPLES / "demo.json").read_text("utf-8"))


def pages(path: Path) -> list[str]:
    """The file's text, page by page where it has pages."""
    if path.suffix == ".pdf":
        return [page.extract_text() for page in pypdf.PdfReader(path).pages]
    if path.suffix == ".xlsx":
        sheets = openpyxl.load_workbook(path).worksheets
        return [
            "\n".join(str(cell.value) for s in sheets for row in s.iter_rows() for cell in row if cell.value)
        ]
    if path.suffix == ".pptx":
        return [_shown(slide) for slide in pptx.Presentation(str(path)).slides]
    if path.suffix != ".docx":
        return [path.read_text("utf-8")]
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return ["\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])]


def _shown(slide: Any) -> str:
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    return "\n".join([*(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame), *cells])


def updated(path: Path) -> date | None:
    if path.suffix == ".pdf":
        information = pypdf.PdfReader(path).metadata
        return information.modification_date.date() if information and information.modification_date else None
    if path.suffix == ".xlsx":
        return openpyxl.load_workbook(path).properties.modified.date()
    if path.suffix in (".docx", ".pptx"):
        read = docx.Document if path.suffix == ".docx" else pptx.Presentation
        changed = read(str(path)).core_properties.modified
        return changed.date() if changed else None
    found = re.search(
        r'(?:updated_at: |"updated_at" content="|As of )(\d{4}-\d\d-\d\d)', path.read_text("utf-8")
    )
    return date.fromisoformat(found[1]) if found else None


@cache
def whole(path: Path) -> str:
    return "\n".join(pages(path))


def cited(gold: str) -> str:
    """The text of the page that `gold` names, or of the whole file."""
    name, _, page = gold.partition("#page=")
    return pages(HANDBOOK / name)[int(page) - 1] if page else whole(HANDBOOK / name)


def test_the_handbook_has_twenty_documents_or_a_few_more_in_eight_formats() -> None:
    formats = Counter(path.suffix for path in FILES)

    assert 20 <= len(FILES) <= 25
    assert set(formats) == {".md", ".html", ".pdf", ".docx", ".xlsx", ".pptx", ".txt", ".csv"}


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix != ".csv"], ids=lambda path: path.name)
def test_a_document_says_when_it_was_changed(path: Path) -> None:
    when = updated(path)

    assert when is not None
    assert date(2024, 1, 1) <= when <= date(2026, 11, 1)


def test_the_bound_files_are_what_the_script_writes() -> None:
    command = [sys.executable, str(EXAMPLES / "bind.py"), "--check"]

    check = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (check.stdout, check.stderr, check.returncode) == ("", "", 0)


def test_one_document_is_for_some_and_none_of_its_figures_stand_elsewhere() -> None:
    restricted = [path for path in FILES if "\naudience: channel:" in whole(path)]
    figures = set(re.findall(r"€\d+,\d{3}", whole(restricted[0])))
    holders = {path.name for path in FILES for figure in figures if figure in whole(path)}

    assert [path.name for path in restricted] == ["salary-bands.md"]
    assert len(figures) == 18
    assert holders == {"salary-bands.md"}


def test_the_handbook_holds_an_old_version_a_contradiction_and_an_injection() -> None:
    assert "Superseded on 1 January 2026" in cited("people/parental-leave-2024.md")
    assert "| Hotel, per night | €140 |" in cited("money/expenses.md")
    assert "€165" in cited("money/travel.pdf#page=2")
    assert "ignore all previous instructions" in cited("suppliers/cable-catalogue.html")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_handbook_leads_to_no_real_address(path: Path) -> None:
    hosts = re.findall(r"https?://([^/\s\"<]+)", whole(path))

    assert [host for host in hosts if not host.endswith(".example")] == []


def test_there_are_enough_questions_of_both_kinds() -> None:
    kinds = Counter(row["answerable"] for row in QUESTIONS)

    assert kinds[True] >= 24 and kinds[False] >= 8
    assert len({row["question"] for row in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["question"][:40])
def test_an_answerable_question_names_pages_that_exist(row: dict[str, list[str]]) -> None:
    read = [cited(gold) for gold in row["gold"]]

    assert row["answer"] and read and all(read)


def test_every_document_but_the_restricted_one_answers_a_question() -> None:
    gold = {name.partition("#")[0] for row in QUESTIONS for name in row["gold"]}

    assert PATHS - gold == {"people/salary-bands.md"}


def test_the_demo_asks_four_formats_and_one_thing_nobody_wrote_down() -> None:
    asked = [row for row in DEMO["questions"] if row["from"]]

    assert len(asked) == 4 and len(DEMO["questions"]) == 5
    assert len({row["from"].partition("#")[0] for row in asked}) == 4
    assert all(row["expects"] in cited(row["from"]) for row in asked)


def test_the_demo_changes_one_figure_and_deletes_the_only_source_of_another() -> None:
    edit, delete = DEMO["edit"], DEMO["delete"]

    assert cited(edit["file"]).count(edit["old"]) == 1
    assert edit["expects"] in edit["new"]
    assert [p.name for p in FILES if edit["expects"] in whole(p)] == []
    assert [p.name for p in FILES if delete["expects"] in whole(p)] == [Path(delete["file"]).name]
