"""A JSONL file of an operator's own questions in, each with the document that search must find for it out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from retrieval.passage import SettingError
from retrieval.rows import Found

_FORM = 'write {"question": "...", "document": "its address, name or title"}'


@dataclass(frozen=True, slots=True)
class Expected:
    """A question in `line` of the file, and the address, name or title of a document."""

    line: int
    question: str
    document: str

    def among(self, documents: Iterable[Found]) -> list[Found]:
        """The documents that are meant."""
        return [one for one in documents if self.document in (one.url, one.uri, one.title)]


def read(file: Path) -> list[Expected]:
    """The questions of `file`. Raises SettingError that names every line that is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SettingError(
            f"FOOTNOTE_PROBES: {file.name} cannot be read: check that it is UTF-8 text."
        ) from None
    found, wrong = list[Expected](), list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        one = _row(line) if line.strip() else None
        if one:
            found.append(Expected(number, *one))
        elif line.strip():
            wrong.append(f"FOOTNOTE_PROBES: {file.name} line {number}: {_FORM}.")
    if wrong:
        raise SettingError("\n".join(wrong))
    return found


def _row(line: str) -> tuple[str, str] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    question, document = row.get("question"), row.get("document")
    both = isinstance(question, str) and isinstance(document, str) and question and document
    return (str(question), str(document)) if both else None
