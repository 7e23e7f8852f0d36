"""Four ways to ask the same questions: what counts as right and as supported, whoever has passages."""

from __future__ import annotations

from xml.etree import ElementTree

from golden_rows import rows

from model.answer import Draft
from model.learning.grid import Cell, carried, figures, guessed, picture, table, told
from model.learning.row import Row

SOME = rows(30, 10)


def cell(name: str, retrieval: bool, text: str | None) -> Cell:
    """Says `text`; without one what is right."""

    def ask(row: Row) -> Draft:
        right = "" if row.refuses else row.answer
        return Draft(right if text is None else text, name)

    return Cell(name, retrieval, ask, lambda said, row, sent: guessed(said, row.messages() if sent else []))


def test_who_knows_nothing_is_right_where_nothing_can_be_known_and_nowhere_else() -> None:
    line = figures(one := cell("base", False, ""), told(one, SOME))

    assert (line["cell"], line["right"]["count"], line["refused"]["count"]) == ("base alone", 10, 30)


def test_who_invents_is_neither_right_nor_supported() -> None:
    said = told(cell("base", False, "It takes 999 days and a signature of the queen."), SOME)

    assert not any(one.right or one.supported or one.refused for one in said)


def test_with_the_passages_the_right_answer_is_right_and_supported() -> None:
    line = figures(one := cell("adapter", True, None), told(one, SOME))

    assert (line["right"]["share"], line["supported"]["share"]) == (1.0, 1.0)
    assert line["tokens"] > 100


def test_what_the_passages_say_is_supported_without_a_marker() -> None:
    row = SOME[-1]

    assert carried(row.passages[0].text, row)
    assert not carried(f"{row.passages[0].text} The queen signs it.", row)


def test_table_and_picture_have_a_line_for_each_cell() -> None:
    every = [cell(name, retrieval, None) for retrieval in (False, True) for name in ("base", "kb-1")]
    lines = [figures(one, told(one, SOME)) for one in every]

    shown = "\n".join(table(lines))
    assert [
        name in shown for name in ("base alone", "kb-1 alone", "base + retrieval", "kb-1 + retrieval")
    ] == [True] * 4
    assert len(ElementTree.fromstring(picture(lines)).findall("{*}circle")) == 8
