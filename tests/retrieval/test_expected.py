"""The operator's own questions, as they write them down."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.expected import Expected, read
from retrieval.passage import SettingError


def test_each_line_is_a_question_with_its_document(tmp_path: Path) -> None:
    file = tmp_path / "probes.jsonl"
    file.write_text('\ufeff{"question": "How long is leave?", "document": "Leave"}\n\n', encoding="utf-8")

    assert read(file) == [Expected(1, "How long is leave?", "Leave")]


def test_every_line_that_is_none_is_named_with_the_form(tmp_path: Path) -> None:
    file = tmp_path / "probes.jsonl"
    good = '{"question": "a", "document": "b"}'
    file.write_text(
        f'{good}\nno json\n{good}\n["a"]\n{{"question": "a"}}\n{{"question": "", "document": "b"}}'
    )

    with pytest.raises(SettingError) as error:
        read(file)

    lines = str(error.value).splitlines()
    assert [line.partition(" line ")[2][0] for line in lines] == ["2", "4", "5", "6"]
    assert all('{"question": ' in line and line.startswith("FOOTNOTE_PROBES: ") for line in lines)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "probes.jsonl").write_bytes(content)

    with pytest.raises(SettingError, match=r"FOOTNOTE_PROBES: probes\.jsonl cannot be read"):
        read(tmp_path / "probes.jsonl")
