"""A PowerPoint presentation in, one Document out: a page a slide, read in the order people read it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as day
from typing import Any

import pptx
from pptx.exc import PythonPptxError

from retrieval.loaders import File
from retrieval.loaders.declared import date
from retrieval.loaders.decoding import clean
from retrieval.loaders.layout import Layout
from retrieval.loaders.packed import broken, weigh
from retrieval.passage import Document

_BROKEN = (KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile, PythonPptxError)
_DEEPEST = 20  # groups in groups
_LINES = 24  # of a slide: shapes whose tops differ by less than one stand side by side
_UNNAMED = "PowerPoint Presentation"  # the title of one that nobody named
_TEMPLATE = day(2013, 1, 27)  # the date of python-pptx's template says nothing
_FURNITURE = ("DATE", "FOOTER", "HEADER", "SLIDE_NUMBER")
NOTES = "Speaker notes: "


def load(file: File) -> Iterator[Document]:
    weigh(file.content, "PPTX", "old PowerPoint file (.ppt)")
    try:
        document = _document(file)
    except _BROKEN:
        raise broken("PPTX") from None
    yield document


def _document(file: File) -> Document:
    show = pptx.Presentation(io.BytesIO(file.content))
    reading = _Reading(Layout(), (show.slide_height or 0) // _LINES or 1)
    for number, slide in enumerate(show.slides, start=1):
        reading.slide(number, slide)
    text, headings, blocks = reading.layout.finish()
    facts = show.core_properties
    title = clean(facts.title or "").strip()
    title = title if title and title != _UNNAMED else next((h.title for h in headings), "")
    changed = (d for d in (date(facts.modified), date(facts.created)) if d and d.date() != _TEMPLATE)
    return replace(
        file.document(text, title),
        headings=headings,
        pages=reading.layout.pages(),
        blocks=blocks,
        notes=reading.notes(),
        updated_at=next(changed, file.modified),
    )


@dataclass
class _Reading:
    """What has come of a presentation; `line` is how much lower a shape stands that is read later."""

    layout: Layout
    line: int
    hidden: list[int] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)

    def slide(self, number: int, slide: Any) -> None:
        self.layout.page()
        if slide._element.get("show") in ("0", "false"):
            self.hidden.append(number)
            return
        title = slide.shapes.title
        if title is not None:
            self.layout.heading(_text(title.text_frame), 1)
        shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
        self._shapes(shapes)
        if slide.has_notes_slide and (told := slide.notes_slide.notes_text_frame):
            self._speaker(told)
        if not self.layout.began:
            self.silent.append(number)

    def notes(self) -> tuple[str, ...]:
        left = f"{_slides(self.hidden)} hidden and left out."
        empty = f"{_slides(self.silent)} without text; pictures are not read."
        return tuple(said for said, some in ((left, self.hidden), (empty, self.silent)) if some)

    def _shapes(self, shapes: Iterable[Any], depth: int = 0) -> None:
        """Line by line, from the left: shapes of a group stay together."""
        for shape in sorted(shapes, key=lambda s: ((s.top or 0) // self.line, s.left or 0)):
            if shape._element._nvXxPr.cNvPr.get("hidden") in ("1", "true") or _furniture(shape):
                continue
            if hasattr(shape, "shapes"):
                if depth < _DEEPEST:
                    self._shapes(shape.shapes, depth + 1)
            elif getattr(shape, "has_table", False):
                self.layout.table(_rows(shape.table), header=shape.table.first_row)
            elif shape.has_text_frame:
                self._frame(shape)

    def _frame(self, shape: Any) -> None:
        lines = [(clean(p.text), p.level) for p in shape.text_frame.paragraphs if p.text.strip()]
        points = shape.is_placeholder and len(lines) > 1
        for text, level in lines:
            if points or level:
                self.layout.item(text)
            else:
                self.layout.paragraph(text)

    def _speaker(self, frame: Any) -> None:
        for n, text in enumerate(clean(p.text) for p in frame.paragraphs if p.text.strip()):
            self.layout.paragraph(text if n else NOTES + text)


def _text(frame: Any) -> str:
    return clean(frame.text)


def _furniture(shape: Any) -> bool:
    """Date, footer and number of a slide, which stand on each."""
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    return bool(kind and kind.name in _FURNITURE)


def _rows(table: Any) -> list[list[str]]:
    """The cells of each row, those merged downwards repeated."""
    made: list[list[str]] = []
    for row in table.rows:
        cells = [(cell._tc, " ".join(_text(cell.text_frame).split())) for cell in row.cells]
        made.append([_above(made, n) if tc.vMerge else text for n, (tc, text) in enumerate(cells)])
    return made


def _above(rows: Sequence[Sequence[str]], column: int) -> str:
    return rows[-1][column] if rows and column < len(rows[-1]) else ""


def _slides(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:20]) + (", ..." if len(numbers) > 20 else "")
    return f"{'Slide' if len(numbers) == 1 else 'Slides'} {shown}:"
