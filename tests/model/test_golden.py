"""What becomes a golden item, which items go together, and pairs that differ in who asks alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from golden_rows import passage, rows

from bot.measuring.golden import CLOSED, NO_PASSAGES, NO_WORDS, NotAnItem, Right, item
from model.learning import attempts, golden, waiting
from model.learning.golden import NotGolden
from model.learning.pairs import KINDS, paired
from model.learning.row import Row
from model.record import Cited, Record
from model.trail import Place
from model.writing.prompt import NOT_FOUND
from retrieval.passage import Audience, Passage

FIRST, SECOND = passage("desk", "Oslo", 9), passage("badge", "Bern", 4)
WORDS = {1: FIRST, 2: SECOND}


def record(text: str, cited: Sequence[Passage], status: str = "answered") -> Record:
    citations = tuple(Cited(n, p.id, p.document, 0, 10) for n, p in enumerate(cited, 1))
    places = tuple(Place(p.id, p.document, "", 0, len(p.text), "", 1.0) for p in WORDS.values())
    return Record(
        "a1", status, "extract", text, citations, 0.0, "How many days for a badge in Bern?", places=places
    )


ANSWER = record("A badge takes 4 days. [1]", [SECOND])


def test_an_answer_becomes_an_item_whose_markers_count_its_passages() -> None:
    row = item(ANSWER, WORDS, Right(), "ada")

    assert row.question == "How many days for a badge in Bern?"
    assert (row.answer, row.gold, row.passages) == ("A badge takes 4 days. [2]", (2,), (FIRST, SECOND))
    assert (row.facts, row.origin, row.answer_id, row.reviewer) == (("4 days",), "confirmed", "a1", "ada")


def test_a_person_says_what_is_right_where_the_answer_was_not() -> None:
    wrong = record("A badge takes 9 days. [1]", [FIRST])
    right = Right(gold=(2,), answer="A badge takes 4 days. [2]", facts=("4 days", "badge"))

    row = item(wrong, WORDS, right, "ada")

    assert (row.gold, row.answer, row.facts, row.origin) == ((2,), right.answer, right.facts, "correction")
    refused = item(wrong, WORDS, Right(gold=()), "ada")
    assert (refused.gold, refused.answer, refused.facts) == ((), NOT_FOUND, ())


def test_an_item_that_contradicts_itself_is_none() -> None:
    with pytest.raises(NotAnItem, match="does not say 5 days"):
        item(ANSWER, WORDS, Right(facts=("5 days",)), "ada")
    for facts, text in ((("4 days",), ""), (None, "It takes 4 days. [2]")):
        with pytest.raises(NotAnItem, match="--refuse says that no passage answers it"):
            item(ANSWER, WORDS, Right(gold=(), answer=text, facts=facts), "ada")
    nothing = record("Nothing in the documents.", [], "not_found")
    with pytest.raises(NotAnItem, match="Say which passages"):
        item(nothing, WORDS, Right(answer="It takes 4 days. [2]"), "ada")


def test_what_was_not_found_is_an_item_that_refuses() -> None:
    row = item(record("Nothing in the documents.", [], "not_found"), WORDS, Right(), "ada")

    assert row.refuses and row.answer == NOT_FOUND and len(row.passages) == 2


def test_words_that_are_not_kept_are_asked_for() -> None:
    forgotten = replace(ANSWER, question="")

    with pytest.raises(NotAnItem) as asked:
        item(forgotten, WORDS, Right(), "ada")
    assert str(asked.value) == NO_WORDS
    assert item(forgotten, WORDS, Right(question="How long?"), "ada").question == "How long?"
    with pytest.raises(NotAnItem) as again:
        item(ANSWER, {}, Right(), "ada")
    assert str(again.value) == NO_PASSAGES


def test_what_not_everyone_may_read_is_in_no_item() -> None:
    closed = replace(SECOND, audience=Audience.of("group:board"))

    with pytest.raises(NotAnItem) as refused:
        item(ANSWER, {1: FIRST, 2: closed}, Right(), "ada")
    assert str(refused.value) == CLOSED
    row = item(record("A desk takes 9 days. [1]", [FIRST]), {1: FIRST, 2: closed}, Right(), "ada")
    assert row.passages == (FIRST,)


def test_a_passage_that_there_is_not_is_said() -> None:
    with pytest.raises(NotAnItem, match="made from passages 1, 2"):
        item(ANSWER, WORDS, Right(gold=(7,)), "ada")


def test_items_wait_until_they_are_frozen_and_a_set_grows_from_its_last_version(tmp_path: Path) -> None:
    some = rows(12, 3)
    for row in some[:10]:
        assert waiting.add(tmp_path, row, locked=False)
    assert not waiting.add(tmp_path, some[0], locked=True)
    assert waiting.add(tmp_path, some[10], locked=True)

    first = waiting.frozen(tmp_path, "team", ["Some other text."], ["sesame"])
    assert waiting.waiting(tmp_path) == []
    assert waiting.add(tmp_path, some[11], locked=False)
    second = golden.opened(waiting.frozen(tmp_path, "team"))

    assert golden.opened(first).sealed == 1 and golden.newest(tmp_path) == tmp_path / second.name
    assert (len(second.items), second.sealed, second.general) == (11, 1, ("Some other text.",))
    assert second.canaries == ("sesame",) and second.name != first.name


def test_what_is_frozen_without_a_name_goes_on_with_the_newest_set(tmp_path: Path) -> None:
    some = rows(4, 0)
    for row, name in zip(some, ("", "gold", "", "team"), strict=True):
        waiting.add(tmp_path, row, locked=False)
        waiting.frozen(tmp_path, name)

    told = [(golden.called(one), len(golden.opened(one).items)) for one in golden.folders(tmp_path)]

    assert told == [("team", 2), ("gold", 2), ("gold", 1), ("team", 1)]


@pytest.mark.parametrize("name", ["../x", "a b/../c", "a/b", "two words", "x" * 300, "-", "..", "größe"])
def test_a_set_is_called_what_a_folder_may_be_called(tmp_path: Path, name: str) -> None:
    place = tmp_path / "models" / "golden"
    waiting.add(place, rows(1, 0)[0], locked=False)

    for taken in (name, f"{tmp_path}/elsewhere"):
        with pytest.raises(NotGolden, match="letters, digits and hyphens"):
            waiting.frozen(place, taken)
    with pytest.raises(NotGolden, match="letters"):
        golden.freeze(place, "../x", golden.Parts())

    assert len(waiting.waiting(place)) == 1 and golden.every(place) == [] == [*tmp_path.glob("*where*")]
    assert {one.name for one in (tmp_path / "models").iterdir() if one.is_dir()} == {"golden"}


def damaged(tmp_path: Path, file: str, text: str) -> tuple[Path, Path]:
    """A whole set, and a newer one of which a file is another."""
    for i, name in enumerate(("team", "gold")):
        waiting.add(tmp_path, rows(2, 0)[i], locked=False)
        waiting.frozen(tmp_path, name)
    newer, older = golden.folders(tmp_path)
    (newer / file).write_text(text)
    return older, newer


CUT = ("manifest.json", ""), ("manifest.json", "[]"), ("manifest.json", '{"name": 1}'), ("items.jsonl", "{")


@pytest.mark.parametrize(("file", "text"), CUT)
def test_a_damaged_set_is_named_with_what_to_do_and_the_others_go_on(
    tmp_path: Path, file: str, text: str
) -> None:
    older, newer = damaged(tmp_path, file, text)

    [(name, sentence)] = golden.damaged(tmp_path).items()

    assert name == newer.name and str(newer) in sentence and "from a backup, or remove it" in sentence
    assert golden.newest(tmp_path) == older
    for asked in (newer.name, "gold"):
        with pytest.raises(NotGolden, match=f"set {newer.name} is damaged"):
            golden.newest(tmp_path, asked)
    with pytest.raises(NotGolden, match="damaged"):
        waiting.frozen(tmp_path, "gold")
    over = golden.opened(older)
    assert attempts.attempt(tmp_path.parent, over, ("kb-1", "base"), by="gate").number == 1


def test_of_a_damaged_set_every_row_that_can_be_read_is_read(tmp_path: Path) -> None:
    some = [replace(row, question=f"{row.question}\u2028Or not?") for row in rows(4, 0)]
    folder = golden.freeze(tmp_path, "team", golden.Parts(some[:3], some[3:]))
    assert golden.opened(folder).items == tuple(some[:3])
    lines = (folder / "items.jsonl").read_bytes().split(b"\n")
    (folder / "items.jsonl").write_bytes(
        lines[0] + b"\n" + lines[1][:50] + b'\n[]\n{"id": 1}\n\xff\n' + lines[2]
    )
    (folder / "manifest.json").unlink()

    assert list(golden.legible(folder)) == [some[0], some[2], some[3]]


def test_what_asks_the_same_is_one_group_and_a_locked_question_is_locked_in_any_words(tmp_path: Path) -> None:
    one, other = rows(40, 0)[:2]
    again = replace(one, question=f"Please tell me: {one.question}")
    waiting.add(tmp_path, one, locked=False)
    waiting.add(tmp_path, again, locked=False)
    waiting.add(tmp_path, other, locked=True)
    waiting.add(tmp_path, replace(other, question=f"Please, {other.question}"), locked=False)

    over = golden.opened(waiting.frozen(tmp_path, "team"))

    assert {row.question for row in over.items} == {one.question, again.question}
    assert len({row.cluster for row in over.items}) == 1 and over.sealed == 2


def test_a_line_that_was_cut_loses_no_other(tmp_path: Path) -> None:
    waiting.add(tmp_path, rows(2, 0)[0], locked=False)
    with (tmp_path / "waiting.jsonl").open("a") as file:
        file.write('{"locked": fal\n')
    waiting.add(tmp_path, rows(2, 0)[1], locked=False)

    assert len(waiting.waiting(tmp_path)) == 2


def test_what_is_added_while_a_set_is_frozen_is_not_lost(tmp_path: Path) -> None:
    some = rows(60, 0)
    for row in some[:30]:
        waiting.add(tmp_path, row, locked=False)
    adding = threading.Thread(target=lambda: [waiting.add(tmp_path, row, locked=False) for row in some[30:]])
    adding.start()
    waiting.frozen(tmp_path, "team")
    adding.join()

    over = golden.opened(waiting.frozen(tmp_path, "team"))
    assert len(over.items) == 60


def test_pairs_differ_in_who_asks_and_in_nothing_else() -> None:
    some = rows(80, 20)
    found = list(paired(some))
    halves = list(zip(found[::2], found[1::2], strict=True))

    assert {row.topic for row in found} == set(KINDS)
    assert list(paired(some)) == found and len({one.cluster for one, _ in halves}) == len(halves)
    for one, other in halves:
        assert one.cluster == other.cluster and one.question != other.question
        assert (one.passages, one.answer, one.gold, one.facts) == (
            other.passages,
            other.answer,
            other.gold,
            other.facts,
        )
        assert one.question.rpartition(". ")[2].split()[-6:] == other.question.split()[-6:]


def test_a_follow_up_keeps_the_questions_before_it_above_its_own() -> None:
    row = replace(rows(1, 0)[0], question="What of desks?\nAnd in Oslo?")

    for one in paired([row]):
        assert one.question.startswith("What of desks?\n") and one.question.endswith("And in Oslo?")


def test_who_asks_is_left_alone_where_a_passage_speaks_of_it() -> None:
    some = rows(40, 0)
    about = [
        replace(
            row, passages=(replace(row.passages[0], text=f"{row.passages[0].text} Norrbyholm has more."),)
        )
        for row in some
    ]

    kinds = [row.topic for row in paired(about)]
    offices = [row.question for row in paired(about) if row.topic == "office"]
    assert 0 < len(offices) < kinds.count("name") and not any("Norrbyholm" in one for one in offices)


def test_a_row_is_read_as_it_was_added(tmp_path: Path) -> None:
    row = replace(rows(1, 0)[0], people=("U1",), rights="consented")
    waiting.add(tmp_path, row, locked=True)

    assert waiting.waiting(tmp_path) == [(row, True)]
    assert isinstance(row, Row)


def test_without_other_texts_what_is_forgotten_is_seen_on_the_passages(tmp_path: Path) -> None:
    some = rows(30, 10)
    for row in some:
        waiting.add(tmp_path, row, locked=False)

    over = golden.opened(waiting.frozen(tmp_path, "team"))

    assert len(over.general) >= 20 and set(over.general) <= {p.text for row in some for p in row.passages}
