"""A presentation as people give them in, its slides as they read them out."""

import io
import zipfile
from datetime import UTC, datetime

import pptx
import pytest
from pptx.util import Inches

from retrieval.loaders import BY_SUFFIX, File
from retrieval.loaders.apart import Apart
from retrieval.passage import DocumentError, Unread
from retrieval.sources.files import FileSource
from retrieval.split import split

_WRITTEN = datetime(2026, 5, 4, tzinfo=UTC)
_TITLE_ONLY, _TITLE_AND_CONTENT, _BLANK = 5, 1, 6


@pytest.fixture(scope="module")
def reader():
    """One child for all broken files: what one does to it must not harm the next."""
    made = Apart(seconds=15)
    yield made
    made.close()


def _file(content, name="a.pptx"):
    return File(f"s/{name}", "s", f"file:///{name}", "digest", _WRITTEN, content)


def _saved(show):
    made = io.BytesIO()
    show.save(made)
    return made.getvalue()


def _read(show):
    (document,) = BY_SUFFIX[".pptx"].load(_file(_saved(show)))
    return document


def _slide(show, title="", *points, notes=""):
    slide = show.slides.add_slide(show.slide_layouts[_TITLE_AND_CONTENT if points else _TITLE_ONLY])
    slide.shapes.title.text = title
    if points:
        slide.placeholders[1].text_frame.text = "\n".join(points)
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    return slide


def _box(shapes, text, left, top):
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    box.text_frame.text = text
    return box


def _poisoned(part, *changes):
    show = pptx.Presentation()
    _slide(show, "Plan", "One point")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_saved(show))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in changes if name == part else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    return made.getvalue()


def test_each_slide_is_a_page_under_its_title():
    show = pptx.Presentation()
    _slide(show, "Pricing", "Cloud costs nine euros.", "Self-hosted is free.")
    _slide(show, "Support", "Answers come within a day.", "On weekends within two.")

    document = _read(show)

    assert document.text == (
        "Pricing\n\n- Cloud costs nine euros.\n- Self-hosted is free.\n\n"
        "Support\n\n- Answers come within a day.\n- On weekends within two."
    )
    assert [(h.level, h.title) for h in document.headings] == [(1, "Pricing"), (1, "Support")]
    assert document.pages == (0, document.text.index("Support"))
    assert [(p.page, p.url) for p in split(document)] == [
        (1, "file:///a.pptx#page=1"),
        (2, "file:///a.pptx#page=2"),
    ]


def test_shapes_are_read_line_by_line_from_the_left():
    show = pptx.Presentation()
    slide = _slide(show, "Map")
    for text, left, top in (("last", 0, 6), ("right", 5, 3.05), ("left", 1, 3.1), ("first", 4, 2)):
        _box(slide.shapes, text, left, top)

    assert _read(show).text == "Map\n\nfirst\n\nleft\n\nright\n\nlast"


def test_shapes_of_a_group_stay_together():
    show = pptx.Presentation()
    slide = _slide(show, "Map")
    _box(slide.shapes, "after", 0, 5)
    outer = slide.shapes.add_group_shape()
    inner = outer.shapes.add_group_shape()
    _box(inner.shapes, "deep below", 1, 4)
    _box(inner.shapes, "deep", 1, 2.6)
    _box(outer.shapes, "beside", 1, 6)
    _box(slide.shapes, "before", 0, 1.6)

    assert _read(show).text == "Map\n\nbefore\n\ndeep\n\ndeep below\n\nbeside\n\nafter"


def test_a_table_has_its_header_and_repeats_what_is_merged_downwards():
    show = pptx.Presentation()
    slide = _slide(show, "Sites")
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for row, texts in enumerate((("Site", "Room"), ("Oslo", "Kestrel"), ("", "Plover"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))

    document = _read(show)

    assert document.text == "Sites\n\nSite | Room\nOslo | Kestrel\nOslo | Plover"
    assert [(b.kind, b.header) for b in document.blocks] == [("table", len("Site | Room\n"))]


def test_speaker_notes_are_marked():
    show = pptx.Presentation()
    _slide(show, "Pricing", "Nine euros.", notes="Do not promise discounts.\nThey end in June.")

    assert _read(show).text.endswith(
        "Nine euros.\n\nSpeaker notes: Do not promise discounts.\n\nThey end in June."
    )


def test_a_hidden_slide_is_left_out_and_the_others_keep_their_numbers():
    show = pptx.Presentation()
    _slide(show, "One", "First.")
    _slide(show, "Two", "Secret.", notes="Secret too.")._element.set("show", "0")
    _slide(show, "Three", "Third.")

    document = _read(show)

    assert "ecret" not in document.text
    assert document.notes == ("Slide 2: hidden and left out.",)
    assert [p.page for p in split(document)] == [1, 3]


def test_a_slide_without_text_is_named():
    show = pptx.Presentation()
    _slide(show, "One", "First.")
    for _ in range(2):
        show.slides.add_slide(show.slide_layouts[_BLANK])

    document = _read(show)

    assert document.notes == ("Slides 2, 3: without text; pictures are not read.",)
    assert document.pages == (0, len(document.text), len(document.text))


def test_hidden_shapes_alt_texts_footers_and_slide_numbers_are_left_out():
    show = pptx.Presentation()
    slide = _slide(show, "One", "First.")
    shape = _box(slide.shapes, "shown", 1, 5)
    shape._element._nvXxPr.cNvPr.set("descr", "a picture of a heron")
    _box(slide.shapes, "secret", 1, 6)._element._nvXxPr.cNvPr.set("hidden", "1")
    for layout_shape in slide.slide_layout.placeholders:
        if layout_shape.placeholder_format.type.name in ("FOOTER", "SLIDE_NUMBER", "DATE"):
            slide.shapes.clone_placeholder(layout_shape)
            slide.placeholders[layout_shape.placeholder_format.idx].text_frame.text = "furniture"

    assert _read(show).text == "One\n\nFirst.\n\nshown"


def test_lower_levels_are_items_and_line_breaks_are_kept_out():
    show = pptx.Presentation()
    slide = _slide(show, "One")
    box = _box(slide.shapes, "A plain line.", 1, 3)
    box.text_frame.add_paragraph().text = "below\vit"
    box.text_frame.paragraphs[1].level = 1

    assert _read(show).text == "One\n\nA plain line.\n\n- below it"


def test_title_and_date_come_from_the_properties():
    show = pptx.Presentation()
    _slide(show, "First slide", "x")
    show.core_properties.modified = datetime(2026, 2, 3)
    unnamed = _read(show).title
    show.core_properties.title = "PowerPoint Presentation"
    template = _read(show).title
    show.core_properties.title = "Sales kit"
    named = _read(show)

    assert (unnamed, template, named.title) == ("First slide", "First slide", "Sales kit")
    assert named.updated_at == datetime(2026, 2, 3, tzinfo=UTC)


_SLIDE = "ppt/slides/slide1.xml"
_LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)


@pytest.mark.parametrize(
    "changes",
    [
        [(b"<p:sld ", _LAUGHS + b"]><p:sld "), (b"One point", b"&m;")],
        [(b"<p:spTree>", b"<p:spTree>" + b"<p:grpSp>" * 100_000)],
        [(b"</p:spTree>", b"")],
    ],
    ids=["laughs", "deep", "cut off"],
)
def test_a_presentation_that_was_tampered_with_harms_nobody(changes, reader):
    content = _poisoned(_SLIDE, *changes)
    show = pptx.Presentation()
    _slide(show, "Good", "Fine.")

    with pytest.raises(DocumentError, match="broken"):
        list(reader.load(BY_SUFFIX[".pptx"], _file(content)))
    (good,) = reader.load(BY_SUFFIX[".pptx"], _file(_saved(show)))

    assert "Fine." in good.text


def test_what_is_no_presentation_is_named_and_the_rest_of_the_folder_is_read(bomb, tmp_path):
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    show = pptx.Presentation()
    _slide(show, "Good", "Fine.")
    for name, content in {
        "bomb": bomb,
        "cut": _saved(show)[:900],
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "good": _saved(show),
        "sheet": sheet.getvalue(),
    }.items():
        (tmp_path / f"{name}.pptx").write_bytes(content)
    source = FileSource("docs", [tmp_path], 10_000_000)

    read = [one for found in source.scan({}) for one in source.load(found)]
    source.close()

    assert [isinstance(one, Unread) for one in read] == [True, True, True, False, True]
    reasons = [one.reason for one in read if isinstance(one, Unread)]
    assert "300 MB" in reasons[0] and "broken PPTX" in reasons[1]
    assert "encrypted" in reasons[2] and "broken PPTX" in reasons[3]
