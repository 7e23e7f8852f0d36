"""A PDF in, one Document out with the offset of each page; a page without text is named as a scan."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from retrieval.loaders import File
from retrieval.loaders.declared import date
from retrieval.loaders.decoding import clean
from retrieval.loaders.pages import CELLS, Joiner, Line, Paragraph, Row, tables, without_running
from retrieval.passage import Document, DocumentError, Heading

_MOST_PAGES = 5000
_LONGEST_HEADING = 120
_ENDS = ".;"


def load(file: File) -> Iterator[Document]:
    try:
        reader = PdfReader(io.BytesIO(file.content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("It is encrypted: it opens only with a password.")
        pages = [_lines(page) for page in reader.pages[:_MOST_PAGES]]
    except PyPdfError:
        raise DocumentError("It is a broken PDF; opening and saving it anew may mend it.") from None
    scans = [
        number for number, page in enumerate(pages, start=1) if not any(text.strip() for text, _ in page)
    ]
    if len(scans) == len(pages):
        raise DocumentError(_scanned(scans) if pages else "It has no pages.")
    yield _document(file, reader, _leveled(pages), scans)


def _document(file: File, reader: PdfReader, pages: list[list[Line]], scans: list[int]) -> Document:
    pages = without_running(pages)
    text, starts, headings, rows = _text(pages)
    title, changed = _facts(reader)
    first = next((h.title for h in headings if h.start < 200), "")
    return replace(
        file.document(text, title or first),
        headings=tuple(headings),
        pages=tuple(starts),
        blocks=tuple(tables(rows)),
        updated_at=changed or file.modified,
        notes=(_scanned(scans),) if scans else (),
    )


def _lines(page: PageObject) -> list[tuple[str, float]]:
    """The lines of a page, each with the size of its largest letters."""
    lines: list[tuple[str, float, float]] = [("", 0.0, -1.0)]

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        height, level = abs(size * (tm[3] or tm[1]) * (cm[3] or cm[1])), tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append(("", 0.0, -1.0))
            before, largest, place = lines[-1]
            if part.strip():
                largest, place = max(largest, height), place if before.strip() else level
            lines[-1] = (before + part, largest, place)

    page.extract_text(visitor_text=visit)
    return _side_by_side([(clean(text).replace("\n", " "), size, place) for text, size, place in lines])


def _side_by_side(lines: list[tuple[str, float, float]]) -> list[tuple[str, float]]:
    """Joins lines at one height, the cells of a table's row, with a bar."""
    joined: list[tuple[str, float]] = []
    last = -1.0
    for text, size, place in lines:
        if text.strip() and joined and joined[-1][0].strip() and abs(place - last) < 0.5:
            before, largest = joined[-1]
            joined[-1] = (f"{before.strip()}{CELLS}{text.strip()}", max(largest, round(size, 1)))
        else:
            joined.append((text, round(size, 1)))
        last = place if text.strip() else last
    return joined


def _leveled(pages: list[list[tuple[str, float]]]) -> list[list[Line]]:
    """Headings are the short lines clearly larger than most of the text, where such lines are few."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for text, size in page:
            sizes[size] += len(text.strip())
    body = sizes.most_common(1)[0][0]
    larger = sorted((s for s in sizes if s > body * 1.12), reverse=True)
    few = sum(sizes[s] for s in larger) < 0.25 * sum(sizes.values())
    levels = {s: min(n, 6) for n, s in enumerate(larger, start=1)} if few and body else {}
    return [[Line(text, _level(text, levels.get(size, 0))) for text, size in page] for page in pages]


def _level(text: str, level: int) -> int:
    text = text.strip()
    fits = 1 < len(text) <= _LONGEST_HEADING and text[-1] not in _ENDS
    return level if fits and any(c.isalpha() for c in text) else 0


def _text(pages: Sequence[Sequence[Line]]) -> tuple[str, list[int], list[Heading], list[Row]]:
    """The text, where pages begin, headings, and every paragraph as what may be the row of a table."""
    joiner = Joiner(pages)
    starts, headings, rows = list[int](), list[Heading](), list[Row]()
    parts: list[str] = []
    at = 0
    last = Paragraph("")
    for page in pages:
        paragraphs = joiner.paragraphs(page)
        for number, paragraph in enumerate(paragraphs):
            between = ("\n" if _runs_on(last, paragraph) else "\n\n") if at else ""
            parts.append(between)
            at += len(between)
            if number == 0:
                starts.append(at)
            if paragraph.level:
                headings.append(Heading(at, paragraph.level, paragraph.text))
            parts.append(paragraph.text)
            rows.append(Row(at, paragraph.text))
            at += len(paragraph.text)
            last = paragraph
        if not paragraphs:
            starts.append(at)
    return "".join(parts), starts, headings, rows


def _runs_on(last: Paragraph, following: Paragraph) -> bool:
    """Rows, lists and short lines stay close, and so does a sentence that a page break cuts."""
    if last.level or following.level:
        return False
    if CELLS in last.text and CELLS in following.text:
        return True
    return len(last.text) < 60 or following.text[0].islower()


def _facts(reader: PdfReader) -> tuple[str, datetime | None]:
    """Title and date of change from the metadata; what is malformed there counts as absent."""
    facts = reader.metadata
    try:
        title = " ".join(clean(str((facts and facts.title) or "")).split())
        changed = date(facts.modification_date or facts.creation_date) if facts else None
    except (PyPdfError, ValueError, TypeError, AttributeError):
        return "", None
    made_up = title.casefold() in ("untitled", "(anonymous)", "unspecified") or title.startswith(
        "Microsoft Word - "
    )
    return ("" if made_up else title), changed


def _scanned(pages: list[int]) -> str:
    numbers = ", ".join(str(n) for n in pages[:20]) + (", ..." if len(pages) > 20 else "")
    return f"{'Page' if len(pages) == 1 else 'Pages'} {numbers}: no text, a scan. OCR is an extra step."
