"""A batch survives the database whole, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.indexing import packed
from bot.indexing.packed import OtherShape, pack, unpack
from retrieval.passage import Audience, Block, Document, Heading, Passage, Unread
from retrieval.rows import Batch, DocumentRow, FileRow

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def batch(text: str) -> Batch:
    document = Document(
        uri=text, source="wiki", title=text, text=text, url="u", digest="d", updated_at=AT,
        audience=Audience.of("channel:C1", "user:U1"), headings=(Heading(0, 1, text, "anchor"),),
        pages=(0, 7), blocks=(Block(0, 3, "table", 2),), line="L{line}", notes=(text,),
    )  # fmt: skip
    passage = Passage(
        "id", text, "wiki", text, text, 0, 5, "u", (text, "b"), 3, AT, Audience.of(), text, "revision"
    )
    rows = (DocumentRow(document, "file", 1, "revision"),)
    files = (FileRow("file", "digest", (Unread("file", text, True),), (text,)),)
    return Batch(
        "table", ("table", "older"), "wiki", rows, (passage, replace(passage, page=None)), files, (text,)
    )


def test_a_batch_comes_back_as_it_was_but_for_the_text_nobody_asks_for() -> None:
    for text in ("plain", "naïve \U0001f9ed", 'null \0 half \ud800 quote " \\', ""):
        given = batch(text)
        document = replace(given.rows[0].document, text="")

        expected = replace(given, rows=(replace(given.rows[0], document=document),))
        assert unpack(pack(given)) == expected


def test_an_empty_batch_comes_back() -> None:
    given = Batch("table", (), "wiki", (), ())

    assert unpack(pack(given)) == given


def test_a_batch_of_another_version_is_not_taken_for_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    given = pack(batch("plain"))
    monkeypatch.setattr(packed, "VERSION", packed.VERSION + 1)

    with pytest.raises(OtherShape):
        unpack(given)
