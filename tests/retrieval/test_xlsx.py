"""A workbook as people keep them in, the tables they see out."""

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection

from retrieval.loaders import BY_SUFFIX, File
from retrieval.loaders.apart import Apart
from retrieval.loaders.numerals import seen
from retrieval.passage import DocumentError, Unread
from retrieval.sources.files import FileSource
from retrieval.split import split

_WRITTEN = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader():
    """One child for all broken files: what one does to it must not harm the next."""
    made = Apart(seconds=15)
    yield made
    made.close()


def _file(content, name="a.xlsx"):
    return File(f"s/{name}", "s", f"file:///{name}", "digest", _WRITTEN, content)


def _saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _read(book):
    content = book if isinstance(book, bytes) else _saved(book)
    (document,) = BY_SUFFIX[".xlsx"].load(_file(content))
    return document


def _book(*rows, title="Prices"):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def _edited(book, part, *changes):
    """The workbook with the XML of one part changed, as another program would write it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_saved(book))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in changes if name == part else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    return made.getvalue()


def test_each_sheet_is_a_section_with_its_tables():
    book = _book(["Item", "Price"], ["Desk", 120], ["Chair", 80])
    book.create_sheet("Rooms").append(["Room", "Seats"])
    book["Rooms"].append(["Kestrel", 8])

    document = _read(book)

    assert document.text == (
        "Prices\n\nItem | Price\nDesk | 120\nChair | 80\n\nRooms\n\nRoom | Seats\nKestrel | 8"
    )
    assert [(h.level, h.title) for h in document.headings] == [(1, "Prices"), (1, "Rooms")]
    assert [document.text[b.start : b.start + b.header] for b in document.blocks] == [
        "Item | Price\n",
        "Room | Seats\n",
    ]


def test_a_long_table_is_cut_between_rows_and_each_part_keeps_its_header():
    rows = [[f"Item number {n}", n, f"Shelf {n % 7}"] for n in range(300)]

    passages = split(_read(_book(["Item", "Price", "Shelf"], *rows)))

    assert len(passages) > 5
    assert all(p.lead == "Item | Price | Shelf" for p in passages[1:])
    assert all(line.count(" | ") == 2 for p in passages for line in p.text.split("\n") if "Item" in line)


def test_tables_are_parted_at_blank_rows_and_what_is_empty_around_them_is_trimmed():
    book = Workbook()
    sheet = book.active
    sheet["C3"], sheet["C4"], sheet["E4"] = "Travel 2026", "City", "Cap"
    sheet["C5"], sheet["E5"] = "Oslo", 200
    sheet["B9"], sheet["C9"], sheet["B10"], sheet["C10"] = "Who", "Phone", "Ada", 12

    document = _read(book)

    assert document.text == "Sheet\n\nTravel 2026\n\nCity | Cap\nOslo | 200\n\nWho | Phone\nAda | 12"
    assert len(document.blocks) == 2


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ([["Travel caps 2026"]], "Travel caps 2026"),
        ([["Travel caps 2026"], []], "Travel caps 2026"),
        ([["Travel caps 2026"], ["As of March."], []], "Travel caps 2026"),
        ([["Travel caps", None, date(2026, 3, 1)]], "Travel caps, 2026-03-01"),
    ],
)
def test_a_title_above_the_row_that_names_the_columns_heads_the_table(above, title):
    document = _read(_book(*above, ["City", "Cap", "Zone"], ["Oslo", 200, "A"], ["Lund", 150, "B"]))

    (block,) = document.blocks
    assert document.text[block.start : block.start + block.header] == "City | Cap | Zone\n"
    assert [(h.level, h.title) for h in document.headings] == [(1, "Prices"), (2, title)]
    assert [p.heading for p in split(document)] == [("Prices", title)]


def test_a_title_merged_over_rows_is_said_once_and_does_not_head_the_next_table():
    book = _book(["Travel caps 2026"], [], ["City", "Cap"], *[[f"City number {n}", n] for n in range(40)])
    book.active.merge_cells("A1:B2")
    for row in ([], ["Who", "Phone"], *[[f"Person number {n}", n] for n in range(40)]):
        book.active.append(row)

    document = _read(book)

    assert document.text.count("Travel caps 2026") == 1
    ada = [p.heading for p in split(document) if "Person number 3 " in p.text]
    assert ada == [("Prices",)]
    assert "Who | Phone\nPerson" in document.text


def test_a_note_below_a_table_is_no_title_of_the_next():
    document = _read(
        _book(["City", "Cap"], ["Oslo", 200], [], ["* without breakfast"], [], ["A", "B"], [1, 2])
    )

    assert [h.title for h in document.headings] == ["Prices"]


def test_a_column_of_texts_is_paragraphs():
    assert (
        _read(_book(["Rules"], ["No shoes."], ["No food."])).text
        == "Prices\n\nRules\n\nNo shoes.\n\nNo food."
    )


@pytest.mark.parametrize("first", [["Desk", 120], ["Contact:", "Ada"], ["same", "same"]])
def test_a_first_row_that_names_no_columns_is_not_repeated(first):
    (block,) = _read(_book(first, ["Chair", 80])).blocks

    assert block.header == 0


def test_years_may_name_columns():
    (block,) = _read(_book(["Site", 2025, 2026], ["Oslo", 3, 4])).blocks

    assert block.header == len("Site | 2025 | 2026\n")


def test_moments_are_written_as_iso_dates():
    book = _book(
        ["day", "moment", "time", "duration", "true"],
        [date(2026, 3, 1), datetime(2026, 3, 1, 14, 30), time(9, 5), timedelta(hours=26, minutes=30), True],
    )
    book.active["D2"].number_format = "[h]:mm"

    assert _read(book).text.endswith("2026-03-01 | 2026-03-01 14:30 | 09:05 | 26:30 | TRUE")


def test_dates_of_a_workbook_that_counts_from_1904_are_right():
    book = _book(["day", "what"], [date(2026, 3, 1), "x"])
    book.epoch = datetime(1904, 1, 1)

    assert "2026-03-01 | x" in _read(book).text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.125, "0%", "13%"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '#,##0.00\\ "€"', "1,234.50 €"),
        (1234.5, "[$€-407]#,##0.00", "€1,234.50"),
        (-5, '"$"#,##0.00_);[Red]("$"#,##0.00)', "($5.00)"),
        (-44, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', "-44.00 €"),
        (0, '0.00;-0.00;"none"', "none"),
        (7, "00000", "00007"),
        (2.005, "0.00", "2.01"),
        (-0.001, "0.00", "0.00"),
        (12_345_678, '0.0,,"M"', "12.3M"),
        (15_000_000_000.0, "0.00E+00", "1.50E+10"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (5.0, "General", "5"),
        (-3, 'General" km"', "-3 km"),
        (0.5, "# ?/?", "0.5"),
        (12, "[>100]0;0.0", "12"),
        (5_551_234, "000-0000", "5551234"),
        (1e300, "0.00", "1e+300"),
        (42, "@", "42"),
        (42, '"', "42"),
        (42, "0" * 500, "42"),
    ],
)
def test_a_number_is_what_people_see(value, code, shown):
    assert seen(value, code) == shown


def test_cells_show_their_format():
    book = _book(["Item", "Price", "Share"], ["Desk", 1200.5, 0.25])
    book.active["B2"].number_format, book.active["C2"].number_format = "#,##0.00 [$€-407]", "0%"

    assert _read(book).text.endswith("Desk | 1,200.50 € | 25%")


def test_the_stored_result_of_a_formula_is_read_and_one_without_is_noted():
    book = _book(["Item", "Price"], ["Desk", "=1+1"], ["Chair", "=2+2"])
    content = _edited(book, "xl/worksheets/sheet1.xml", (b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))

    document = _read(content)

    assert "Desk | 2\nChair | " in document.text
    assert document.notes == (
        "Sheet Prices: 1 formula without a stored result; "
        "opening and saving it in a spreadsheet program stores them.",
    )


def test_merged_cells_are_repeated_downwards_only():
    book = _book(
        ["Site", "Room", "Seats"], ["Oslo", "Kestrel", 8], [None, "Plover", 4], ["Bergen", "Tarn", 2]
    )
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B4:C4")

    assert _read(book).text.endswith("Oslo | Kestrel | 8\nOslo | Plover | 4\nBergen | Tarn | ")


def test_a_title_merged_across_is_no_row():
    book = _book(["Prices of 2026", None, None], ["Item", "Net", "Gross"], ["Desk", 100, 119])
    book.active.merge_cells("A1:C1")

    assert "\n\nPrices of 2026\n\nItem | Net | Gross\n" in _read(book).text


def test_what_is_hidden_is_left_out_and_named():
    book = _book(["Item", "Cost", "Price"], ["Desk", 1, 2], ["Lamp", 3, 4], ["Rug", 5, 6])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    for title, state in (("Pay", "hidden"), ("Bonus", "veryHidden")):
        book.create_sheet(title).append(["secret", "sum"])
        book[title].sheet_state = state

    document = _read(book)

    assert document.text == "Prices\n\nItem | Price\nDesk | 2\nRug | 6"
    assert document.notes == (
        "Sheet Prices: 1 row and 1 column hidden and left out.",
        "Sheet Pay is hidden and was left out.",
        "Sheet Bonus is hidden and was left out.",
    )


def test_an_empty_sheet_has_no_heading():
    book = _book(["Item", "Price"], ["Desk", 1])
    book.create_sheet("Empty").append([" ", None])

    assert [h.title for h in _read(book).headings] == ["Prices"]


def test_title_and_date_come_from_the_properties():
    book = _book(["Item", "Price"], ["Desk", 1])
    book.properties.title, book.properties.modified = "Price list", datetime(2026, 2, 3)
    made = _read(book)
    with zipfile.ZipFile(io.BytesIO(_saved(book))) as old:
        bare = io.BytesIO()
        with zipfile.ZipFile(bare, "w") as new:
            for name in old.namelist():
                if name != "docProps/core.xml":
                    new.writestr(name, old.read(name))

    without = _read(bare.getvalue())

    assert made.title == "Price list"
    assert made.updated_at.date() >= date(2026, 2, 3)
    assert (without.title, without.updated_at) == ("a", _WRITTEN)


def test_a_size_that_the_file_makes_up_is_not_believed():
    content = _edited(
        _book(["Item", "Price"], ["Desk", 1]),
        "xl/worksheets/sheet1.xml",
        (b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )

    assert _read(content).text.endswith("Desk | 1")


def test_a_cell_at_the_far_corner_costs_no_memory():
    book = _book(["Item", "Price"], ["Desk", 1])
    book.active[f"{get_column_letter(16_384)}900000"] = "far"

    document = _read(book)

    assert "Desk | 1" in document.text


def test_a_huge_sheet_is_read_to_a_limit_that_is_named(monkeypatch):
    monkeypatch.setattr("retrieval.loaders.xlsx._MOST_CELLS", 3000)
    book = _book(*(["entry", n, n] for n in range(2000)), title="Log")
    book.create_sheet("After").append(["Item", "Price"])

    document = _read(book)

    assert document.notes == (
        "Sheet Log was read to row 1000: a workbook is read to 3,000 cells.",
        "Sheet After was read to row 0: a workbook is read to 3,000 cells.",
    )
    assert document.text.endswith("entry | 999 | 999")


def test_control_characters_and_line_breaks_of_a_cell_become_spaces():
    book = _book(["Item", "Text"], ["Desk", "two\nlines"])

    assert _read(book).text.endswith("Desk | two lines")


def test_bold_words_in_a_cell_are_text():
    book = _book(["Item", "Price"], ["Desk", 1])
    book.active["A2"].font = Font(bold=True)
    book.security = WorkbookProtection(workbookPassword="x", lockStructure=True)

    assert "Desk | 1" in _read(book).text


_LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)


@pytest.mark.parametrize(
    "changes",
    [
        [(b"<worksheet", _LAUGHS + b"]><worksheet"), (b"<sheetData>", b"<sheetData>&m;")],
        [(b"<sheetData>", b"<sheetData>" + b"<a>" * 100_000)],
        [(b"</sheetData>", b"")],
        [(b'r="1"', b'r="x"')],
        [(b'r="A1"', b'r="1A1"')],
    ],
    ids=["laughs", "deep", "cut off", "no row number", "no cell name"],
)
def test_a_workbook_that_was_tampered_with_is_broken_and_harms_nobody(changes, reader):
    content = _edited(_book(["Item", "Price"], ["Desk", 1]), "xl/worksheets/sheet1.xml", *changes)
    good = _file(_saved(_book(["Item", "Price"], ["Desk", 1])))

    with pytest.raises(DocumentError, match="broken"):
        list(reader.load(BY_SUFFIX[".xlsx"], _file(content)))
    (read,) = reader.load(BY_SUFFIX[".xlsx"], good)

    assert "Desk" in read.text


def test_what_is_no_workbook_is_named_and_the_rest_of_the_folder_is_read(bomb, tmp_path):
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    for name, content in {
        "bomb": bomb,
        "cut": _saved(_book(["a", "b"]))[:900],
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "good": _saved(_book(["Item", "Price"], ["Desk", 1])),
        "word": other.getvalue(),
    }.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    source = FileSource("docs", [tmp_path], 10_000_000)

    read = [one for found in source.scan({}) for one in source.load(found)]
    source.close()

    assert [one.uri for one in read] == [
        f"docs/{n}.xlsx" for n in ("bomb", "cut", "encrypted", "good", "word")
    ]
    assert [isinstance(one, Unread) for one in read] == [True, True, True, False, True]
    reasons = [one.reason for one in read if isinstance(one, Unread)]
    assert ["300 MB" in reasons[0], "broken XLSX" in reasons[1], "encrypted" in reasons[2]] == [True] * 3
    assert "broken XLSX" in reasons[3]
