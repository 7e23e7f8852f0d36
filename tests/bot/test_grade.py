"""footnote eval answers: figures of answering and refusing over the current index, through the real chain."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.evaluate import evaluate
from bot.measuring import grade
from model.answer import Answer, Citation, Question, Status
from retrieval.passage import SearchUnavailable


def citation(document: str, url: str = "", page: int | None = None, number: int = 1) -> Citation:
    return Citation(number, "p", document, "Title", url, (), page, 0, 5, "Quote")


@pytest.mark.parametrize(
    ("gold", "pointed_at"),
    [
        ("handbook/money/travel.pdf", True),
        ("money/travel.pdf", True),
        ("/money/travel.pdf", True),
        ("travel.pdf", True),
        ("travel.pdf#page=2", True),
        ("https://hb.example/travel", True),
        ("https://hb.example/travel#page=2", True),
        ("travel.pdf#page=3", False),
        ("vel.pdf", False),
        ("other/money/travel.pdf", False),
        ("money", False),
    ],
)
def test_gold_is_a_uri_a_url_or_the_end_of_one_with_or_without_a_page(gold: str, pointed_at: bool) -> None:
    cited = citation("handbook/money/travel.pdf", "https://hb.example/travel#page=2", page=2)

    assert grade.matches(cited, gold) == pointed_at


def test_a_row_of_a_json_lines_file_is_known_by_its_id() -> None:
    assert grade.matches(citation("squad/corpus.jsonl#Normans-0"), "Normans-0")
    assert not grade.matches(citation("squad/corpus.jsonl#Normans-10"), "Normans-1")


def test_figures_count_gold_over_the_answerable_and_refusals_apart() -> None:
    said = {
        "first": Answer("", "first", Status.ANSWERED, "A. [1]", (citation("hb/a.md"),)),
        "second": Answer(
            "",
            "second",
            Status.DEGRADED,
            "A. [1] B. [2]",
            (citation("hb/b.md"), citation("hb/a.md", number=2)),
        ),
        "refused": Answer("", "refused", Status.NOT_FOUND, "Nothing found."),
        "wrong": Answer("", "wrong", Status.ANSWERED, "B. [1]", (citation("hb/b.md"),)),
        "unknown": Answer("", "unknown", Status.NOT_FOUND, "Nothing found."),
    }
    asked = [grade.Asked(name, True, ("a.md",)) for name in ("first", "second", "refused")]
    asked += [grade.Asked(name, False) for name in ("wrong", "unknown")]

    figures = grade.figures(list(grade.grade(asked, lambda q: said[q.text])))

    assert {name: figures[name] for name in figures if not name.endswith("_ms")} == {
        "questions": 5,
        "answerable": 3,
        "unanswerable": 2,
        "answered": 0.6,
        "gold_cited": 0.6667,
        "gold_first": 0.3333,
        "refused_unanswerable": 0.5,
        "refused_answerable": 0.3333,
        "failed": 0,
    }


def test_a_row_whose_asking_fails_is_counted_as_failed_and_the_run_goes_on() -> None:
    def answer(question: Question) -> Answer:
        if question.text == "one":
            raise SearchUnavailable("The index did not answer.")
        return Answer("", question.text, Status.NOT_FOUND, "No.")

    graded = list(grade.grade([grade.Asked("one", False), grade.Asked("two", False)], answer))

    figures = grade.figures(graded)
    assert (figures["failed"], figures["questions"]) == (1, 2)
    assert (figures["answered"], figures["refused_unanswerable"]) == (0.0, 0.5)  # to fail is not to refuse
    assert graded[0].answer.text == "The index did not answer."


def test_a_share_of_nothing_is_none_and_not_a_number() -> None:
    graded = grade.grade([grade.Asked("q", False)], lambda q: Answer("", q.text, Status.NOT_FOUND, "No."))

    figures = grade.figures(list(graded))

    assert figures["gold_cited"] is None
    assert figures["refused_unanswerable"] == 1.0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "no question"),
        ('{"question": 5, "answerable": true}', "no question"),
        ('{"question": "?!", "answerable": false}', "cannot be asked"),
        ('{"question": "Who?"}', "neither true nor false"),
        ('{"question": "Who?", "answerable": true, "gold": "a.md"}', "no list"),
        ('{"question": "Who?", "answerable": true}', "has no gold"),
    ],
)
def test_a_row_that_cannot_be_asked_is_named_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"question": "Who?", "answerable": false}\n\n' + line + "\n")

    good, bad = grade.rows(file)

    assert good == grade.Asked("Who?", False)
    assert isinstance(bad, grade.BadRow)
    assert bad.line == 3
    assert reason in bad.reason


@pytest.mark.slow  # indexes the example handbook
def test_the_command_asks_the_current_index_through_the_real_chain(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {
            "question": "How many days a week can I work from home?",
            "answerable": True,
            "gold": ["work/remote-work.docx"],
        },
        {"question": "Who won the football world cup in 1998?", "answerable": False},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\nno row\n")

    result = CliRunner().invoke(evaluate, ["answers", str(file), "--json"])

    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert "line 3: it is not JSON" in result.stderr
    assert (figures["gold_first"], figures["refused_unanswerable"], figures["answered"]) == (1.0, 1.0, 0.5)
    assert figures["rows"][0]["citations"][0]["document"] == "handbook/work/remote-work.docx"
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00\xd8", b"not json\n"])
def test_a_file_that_is_missing_or_has_no_row_is_wrong_usage(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "rows.jsonl"
    if content is not None:
        file.write_bytes(content)

    result = CliRunner().invoke(evaluate, ["answers", str(file)])

    assert result.exit_code == 2
    assert "rows.jsonl" in re.sub(r"[\s│]", "", result.output)


def test_the_first_question_is_asked_once_before_the_clock_runs() -> None:
    asked: list[str] = []

    def answer(question: Question) -> Answer:
        asked.append(question.text)
        return Answer("", question.text, Status.NOT_FOUND, "No.")

    graded = list(grade.grade([grade.Asked("one", False), grade.Asked("two", False)], answer))

    assert asked == ["one", "one", "two"]
    assert len(graded) == 2
