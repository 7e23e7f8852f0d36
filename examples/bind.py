"""Writes the handbook's PDF and Office files from bound.py: text in, the same bytes out each time.

    python examples/bind.py           writes them
    python examples/bind.py --check   says which differ from what lies there

Markup: `# ` and `## ` head a section, `| a | b |` is a row of a table (the first one names the columns),
`=====` begins a new page of a PDF, everything else is a paragraph. `# ` begins a sheet of a workbook and a
slide of a presentation; a paragraph that begins with `Notes: ` is what the speaker says.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from bound import DOCXS, PDFS, PPTXS, XLSXS

HANDBOOK = Path(__file__).parent / "handbook"


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """The text's parts in order: ("h1" | "h2" | "p" | "table" | "page", lines)."""
    found: list[tuple[str, list[str]]] = []
    for part in text.strip().split("\n\n"):
        lines = part.splitlines()
        if lines[0] == "=====":
            found.append(("page", []))
            lines = lines[1:]
        first = lines[0]
        if first.startswith("#"):
            found.append(("h2" if first.startswith("##") else "h1", [first.lstrip("# ")]))
        elif first.startswith("|"):
            found.append(("table", lines))
        else:
            found.append(("p", [" ".join(lines)]))
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split("|")]


def pdf(title: str, date: str, text: str) -> bytes:
    """A4 pages with "title, page n" at their foot."""
    from reportlab.lib import colors, pagesizes, styles
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    sheet = styles.getSampleStyleSheet()
    look = {"h1": sheet["Title"], "h2": sheet["Heading2"], "p": sheet["BodyText"]}
    story: list[object] = []
    for kind, lines in blocks(text):
        if kind == "page":
            story.append(PageBreak())
        elif kind == "table":
            rows = [[Paragraph(cell, sheet["BodyText"]) for cell in cells(line)] for line in lines]
            story += [Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]), Spacer(1, 12)]
        else:
            story.append(Paragraph(lines[0], look[kind]))

    def foot(canvas: object, page: object) -> None:
        canvas.drawString(72, 40, f"{title}, page {page.page}")

    out = io.BytesIO()
    frame = SimpleDocTemplate(
        out, pagesize=pagesizes.A4, title=title, author="Quillmere", invariant=1, pageCompression=0
    )
    frame.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue().replace(b"D:20000101000000", f"D:{date.replace('-', '')}000000".encode())


def docx(title: str, date: str, text: str) -> bytes:
    """Real headings and tables, and one fixed date on every part."""
    import docx as word

    document = word.Document()
    when = datetime.fromisoformat(date).replace(tzinfo=UTC)
    about = document.core_properties
    about.title, about.author, about.created, about.modified = title, "Quillmere", when, when
    for kind, lines in blocks(text):
        if kind == "table":
            rows = [cells(line) for line in lines]
            table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
            for row, words in zip(table.rows, rows, strict=True):
                for cell, word_ in zip(row.cells, words, strict=True):
                    cell.text = word_
        elif kind == "p":
            document.add_paragraph(lines[0])
        else:
            document.add_heading(lines[0], level=int(kind[1]))
    raw = io.BytesIO()
    document.save(raw)
    return packed(raw, date)


def xlsx(title: str, date: str, text: str) -> bytes:
    """A sheet a section; dates, amounts and shares are numbers with a format, as a spreadsheet has them."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = title, "Quillmere"
    book.properties.created = datetime.fromisoformat(date)
    for kind, lines in blocks(text):
        if kind == "h1":
            sheet, row = book.create_sheet(lines[0]), 0
            continue
        for line in lines:
            row += 1
            for column, words in enumerate(cells(line) if kind == "table" else lines, start=1):
                value, form = typed(words)
                sheet.cell(row, column, value).number_format = form
        row += 1
    raw = io.BytesIO()
    book.save(raw)
    return packed(raw, date)


def typed(words: str) -> tuple[object, str]:
    """What a cell holds, and its format."""
    if re.fullmatch(r"€[\d.]+", words):
        return float(words[1:]), "[$€-809]#,##0.00"
    if re.fullmatch(r"\d+%", words):
        return int(words[:-1]) / 100, "0%"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return datetime.fromisoformat(words), "dd/mm/yyyy"
    return (int(words) if words.isdecimal() else words), "General"


def pptx(title: str, date: str, text: str) -> bytes:
    """A slide a section, with its points, tables and notes."""
    import pptx as power
    from pptx.util import Inches

    show = power.Presentation()
    when = datetime.fromisoformat(date)
    about = show.core_properties
    about.title, about.author, about.created, about.modified = title, "Quillmere", when, when
    for kind, lines in blocks(text):
        if kind == "h1":
            slide, points = show.slides.add_slide(show.slide_layouts[1]), []
            slide.shapes.title.text = lines[0]
        elif kind == "table":
            rows = [cells(line) for line in lines]
            box = Inches(1), Inches(4.5), Inches(8), Inches(2)
            table = slide.shapes.add_table(len(rows), len(rows[0]), *box).table
            for number, row in enumerate(rows):
                for column, words in enumerate(row):
                    table.cell(number, column).text = words
        elif lines[0].startswith("Notes: "):
            slide.notes_slide.notes_text_frame.text = lines[0].removeprefix("Notes: ")
        else:
            points += lines
            slide.placeholders[1].text_frame.text = "\n".join(points)
    raw = io.BytesIO()
    show.save(raw)
    return packed(raw, date)


def packed(raw: io.BytesIO, date: str) -> bytes:
    """The same archive with one fixed date on every part, and inside as when it was changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{date}T00:00:00Z".encode(), content
                )
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def bound() -> dict[str, bytes]:
    """Every bound file's bytes by its path in the handbook."""
    kinds = ((pdf, PDFS), (docx, DOCXS), (xlsx, XLSXS), (pptx, PPTXS))
    return {path: make(*about) for make, texts in kinds for path, about in texts.items()}


def parts(content: bytes) -> dict[str, bytes]:
    """What to compare: an Office file part by part, since two zlibs may pack the same text differently."""
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def main() -> int:
    different = [p for p, c in bound().items() if parts(c) != parts(_there(HANDBOOK / p))]
    if "--check" not in sys.argv:
        for path, content in bound().items():
            (HANDBOOK / path).write_bytes(content)
    for path in different:
        print(path)
    return 1 if different and "--check" in sys.argv else 0


def _there(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main())
