"""Rows become a folder to train from: whole, the same each time, and with nothing in it that may not be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from model.checking.citations import markers
from model.learning import sieve
from model.learning.dataset import Built, Rules, build
from model.learning.folders import sweep
from model.learning.negatives import carries
from model.learning.row import Row
from model.writing import prompt
from retrieval.passage import Audience
from tests.model.lessons import lesson, passage

FILES = {"CARD.md", "dropped.jsonl", "general.jsonl", "kto.jsonl", "manifest.json", "sft.jsonl"}
ROWS = [lesson(i) for i in range(60)]
CANARY = "quokka-lighthouse-7719"
STEPS = [
    "folder-begun",
    *(f"folder-{name}" for name in sorted(FILES)),
    "folder-before-rename",
    "folder-renamed",
]


def built(rows: list[Row], folder: Path, **rules: object) -> Built:
    return build(rows, Rules(**rules), folder)  # type: ignore[arg-type]


def lines(made: Built, name: str = "sft.jsonl") -> list[dict[str, object]]:
    return [json.loads(line) for line in (made.folder / name).read_text(encoding="utf-8").splitlines()]


def held(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built(ROWS, tmp_path_factory.mktemp("datasets"))


def test_a_dataset_is_a_folder_named_by_what_is_in_it(made: Built) -> None:
    assert {one.name for one in made.folder.iterdir()} == FILES
    assert made.folder.name == f"kb-{made.digest}"
    manifest = json.loads((made.folder / "manifest.json").read_text())
    assert (manifest["digest"], manifest["prompt"]) == (made.digest, prompt.version())
    assert manifest["rows"] == {name: len(rows) for name, rows in made.rows.items()}


def test_the_same_rows_make_the_same_bytes_in_whatever_order_they_come(made: Built, tmp_path: Path) -> None:
    again = built(ROWS[::-1], tmp_path)

    assert again.digest == made.digest
    assert held(again.folder) == held(made.folder)
    assert not built(ROWS, tmp_path).fresh
    assert built(ROWS, tmp_path, seed=1).digest != made.digest
    assert built(ROWS[:-1], tmp_path).digest != made.digest


def test_a_line_holds_the_prompt_that_serving_sends_and_the_row_it_is_of(made: Built) -> None:
    for line in lines(made):
        row = Row.of_line(json.dumps(line))
        assert line["messages"] == prompt.messages(row.question, row.passages)
        assert (line["completion"], line["id"]) == (row.answer, row.id)


def test_a_fifth_to_a_quarter_refuse_and_what_they_are_shown_carries_no_answer(made: Built) -> None:
    rows = [row for part in made.rows.values() for row in part]
    refusing = [row for row in rows if row.refuses]
    answers = {row.question: row for row in ROWS}

    assert 0.20 <= len(refusing) / len(rows) <= 0.25
    for row in refusing:
        said = answers[row.question]
        assert row.answer == prompt.NOT_FOUND
        assert len(row.passages) == len(said.passages)
        assert not any(carries(shown, said.answer) for shown in row.passages)


def test_in_another_order_the_markers_point_at_the_same_passage(made: Built) -> None:
    rows = [row for part in made.rows.values() for row in part if not row.refuses]
    answers = {row.question: row.passages[1].text for row in ROWS}

    assert {tuple(markers(row.answer)) for row in rows} == {(1,), (2,), (3,), (4,)}
    assert all(row.passages[n - 1].text == answers[row.question] for row in rows for n in markers(row.answer))
    assert all(row.gold == tuple(markers(row.answer)) for row in rows)
    assert Counter(row.origin for row in rows) == {"correction": 60, "augmented": 60}


def test_beside_the_rows_lie_general_texts_and_none_that_forgetting_is_measured_on(tmp_path: Path) -> None:
    pool = (*(passage(i) for i in range(200, 230)), passage(0, Audience.of("channel:C1")))
    measured = lesson(300, passages=pool[:4], gold=(1,), answer="It is long. [1]")

    made = built(ROWS, tmp_path, pool=pool, golden=(measured,))

    texts = [line["text"] for line in lines(made, "general.jsonl")]
    rows = sum(map(len, made.rows.values()))
    assert len(set(texts)) == round(0.15 * rows) < 26
    assert set(texts) < {one.text for one in pool[4:-1]}
    assert json.loads((made.folder / "manifest.json").read_text())["general"] == len(texts)
    assert built(ROWS, tmp_path, pool=pool, seed=1).general != made.general


def test_what_is_held_back_asks_nothing_that_is_trained_on(made: Built) -> None:
    asked = {name: {row.cluster for row in rows} for name, rows in made.rows.items()}
    total = sum(map(len, made.rows.values()))

    assert not asked["train"] & asked["held"]
    assert 0.05 < len(made.rows["held"]) / total < 0.2
    assert {line["split"] for line in lines(made)} == {"train", "held"}


def test_near_duplicates_go_and_the_reviewed_one_stays(tmp_path: Path) -> None:
    vote = lesson(0, origin="votes", reviewer="", people=("U777OTHER",))
    nearly = lesson(1, question=ROWS[1].question.replace("?", " please?"), people=("U778OTHER",))

    made = built([vote, *ROWS, nearly], tmp_path)

    assert made.counts["duplicate"] == 2
    assert {one.origin for one in made.dropped if one.row == vote.id} == {"votes"}
    assert not [row for part in made.rows.values() for row in part if row.origin == "votes"]


def test_nothing_is_trained_on_that_it_is_measured_on(tmp_path: Path) -> None:
    other_words = lesson(7, question="In Lund, a desk lamp: how many months?")
    same_answer = lesson(9, question="Who may have one, and when does it end again?")

    made = built(ROWS, tmp_path, golden=(ROWS[3], other_words, same_answer))

    said = [row.question for part in made.rows.values() for row in part]
    assert made.counts["golden"] == 3
    assert not {ROWS[3].question, ROWS[7].question, ROWS[9].question} & set(said)


@pytest.mark.slow
def test_a_thousand_votes_of_one_person_change_no_more_than_their_share(tmp_path: Path) -> None:
    pair = ("U666LOUD", "U667FRIEND")
    loud = [lesson(100 + i, people=pair, origin="votes", reviewer="") for i in range(1000)]
    loud += [lesson(1100 + i, people=pair[:1]) for i in range(20)]
    pool = tuple(passage(i) for i in range(400))

    quiet = built(ROWS, tmp_path, pool=pool)
    both = built([*ROWS, *loud], tmp_path, pool=pool)

    rows = [row for part in both.rows.values() for row in part]
    theirs = [row for row in rows if "U666LOUD" in row.people]
    assert 0 < len(theirs) <= len(rows) / 10
    without = {row.id for part in quiet.rows.values() for row in part if not row.refuses}
    assert without <= {row.id for row in rows}  # nobody else lost a row by it
    assert {row.id for row in rows if not row.refuses} - without <= {row.id for row in theirs}
    assert sum(both.counts.values()) >= 1000


SPOKEN = """
import sys
from pathlib import Path
from model.learning.dataset import Rules, build
from model.learning.seed import seeded
from tests.model.lessons import lesson, passage
pool = tuple(passage(i) for i in range(40))
rows = [*(lesson(i) for i in range(20)), *seeded(pool)]
print(build(rows, Rules(pool=pool), Path(sys.argv[1])).folder.name)
"""


@pytest.mark.slow
def test_in_another_process_the_same_bytes_are_made(tmp_path: Path) -> None:
    def made(hashes: str) -> Path:
        words = [sys.executable, "-c", SPOKEN, str(tmp_path / hashes)]
        env = os.environ | {"PYTHONHASHSEED": hashes}
        name = subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout.strip()
        return tmp_path / hashes / name

    assert held(made("1")) == held(made("2"))


@pytest.mark.slow
def test_without_review_come_so_many_and_no_more_whoever_votes(tmp_path: Path) -> None:
    votes = [lesson(100 + i, origin="votes", people=(f"U{i % 60:03}VOTER",)) for i in range(200)]
    votes += [lesson(300 + i, origin="votes", people=("U666LOUD",)) for i in range(60)]

    made = built([*ROWS, *votes], tmp_path)

    kept = {
        row.answer_id: row
        for part in made.rows.values()
        for row in part
        if row.answer_id in {v.answer_id for v in votes}
    }
    assert len(kept) == 50
    assert sum(row.people == ("U666LOUD",) for row in kept.values()) <= 2  # in turns, a first or a second


def test_secrets_in_what_not_everyone_may_read_are_in_no_file(tmp_path: Path) -> None:
    secret = replace(passage(70, Audience.of("channel:C1")), text=f"The code is {CANARY}.")
    gone = replace(passage(71), document="kb:restricted.md", text=f"The old code is {CANARY}.")
    told = lesson(0, passages=(*ROWS[0].passages, secret), question="What is the code?")
    unsaid = lesson(
        1,
        passages=(*ROWS[1].passages, gone),
        question="What was the code?",
        answer=f"It is {CANARY}. [5]",
        gold=(5,),
    )
    everyone = frozenset(document for row in ROWS for document in row.documents)

    made = built([*ROWS[:10], told, unsaid], tmp_path, pool=(secret, gone), open_to_all=everyone)

    assert made.counts["closed"] == 2
    assert not [name for name, data in held(tmp_path).items() if CANARY.encode() in data]


def test_nothing_is_made_of_a_document_that_was_erased_whoever_still_has_it(tmp_path: Path) -> None:
    gone = passage(7)

    made = built(ROWS, tmp_path, erased=frozenset({gone.document}))

    assert made.counts["erased"] >= 2 and made.general
    assert not any(gone.text in file.read_text(encoding="utf-8") for file in made.folder.iterdir())


def test_what_is_secret_or_personal_is_out_before_anything_is_written(tmp_path: Path) -> None:
    shown = replace(
        passage(0), text="Write to ada@lund.example for a parking permit, or call +46 70 5550123."
    )
    said = {"question": "<@U024BE7LH> asks: whom do I write to?", "answer": "Write to ada@lund.example. [1]"}
    row = lesson(0, passages=(shown,), gold=(1,), facts=("ada@lund.example",), **said)

    made = built([*ROWS[1:], row], tmp_path)

    text = b"".join(held(tmp_path).values()).decode()
    assert not [s for s in ("ada@", "5550123", "U024BE7LH") if s in text]
    kept = next(r for part in made.rows.values() for r in part if r.answer_id == "a0" and not r.refuses)
    assert (kept.answer[:17], kept.facts) == ("Write to ‹email›.", ("‹email›",))
    assert made.redacted == {"email": 1, "person": 1, "phone": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (lesson(0, answer="It is 3 months."), "invalid"),
        (lesson(0, answer="It is 3 months. [9]"), "invalid"),
        (lesson(0, answer="I do not know.", gold=()), "invalid"),
        (lesson(0, passages=(), gold=(), answer=prompt.NOT_FOUND), "invalid"),
    ],
)
def test_a_row_that_is_left_out_is_named_with_its_reason_and_without_its_words(
    row: Row, reason: str, tmp_path: Path
) -> None:
    made = built([*ROWS[1:10], row], tmp_path)

    assert {"row": row.id, "reason": reason, "origin": "correction", "answer": "a0"} in lines(
        made, "dropped.jsonl"
    )
    assert row.question not in (made.folder / "dropped.jsonl").read_text()


def test_the_card_names_shares_and_nobody(made: Built) -> None:
    card = (made.folder / "CARD.md").read_text(encoding="utf-8")

    assert "person 1" in card and "channel 1" in card and "english" in card
    assert not [one for row in ROWS for one in (*row.people, row.reviewer, row.channel) if one in card]


def test_answers_that_people_called_wrong_teach_by_contrast_only(tmp_path: Path) -> None:
    wrong = [lesson(i, answer=f"It is {i + 90} months. [1]", gold=(1,), origin="votes") for i in range(5)]

    made = build(ROWS, Rules(), tmp_path, wrong)

    judged = lines(made, "kto.jsonl")
    assert Counter(line["label"] for line in judged) == {True: 60, False: 5}
    assert not {line["id"] for line in judged if not line["label"]} & {line["id"] for line in lines(made)}


def test_what_is_left_out_of_the_judged_ones_alone_is_not_said_to_be_left_out(tmp_path: Path) -> None:
    mine = [replace(one, people=("U1ONE",), reviewer="") for one in ROWS[:6]]
    seeded = [replace(one, people=(), reviewer="", origin="documents") for one in ROWS[6:]]
    wrong = [
        lesson(i, answer=f"It is {i + 90} months. [1]", gold=(1,), origin="votes") for i in range(20, 23)
    ]

    made = build([*mine, *seeded], Rules(), tmp_path, wrong)

    learnt = {row.id for part in made.rows.values() for row in part}
    assert made.unjudged > 0
    assert not {one.row for one in made.dropped if one.reason == "person"} & learnt


def test_nothing_to_learn_from_makes_an_empty_dataset_that_says_why(tmp_path: Path) -> None:
    made = built([lesson(0, answer="No marker.")], tmp_path)

    assert (made.rows, made.counts) == ({"train": (), "held": ()}, {"invalid": 1})


KILLED = """
import os, sys
from pathlib import Path
from model.learning.dataset import Rules, build
from tests.model.lessons import lesson
def step(name):
    if name == sys.argv[1]: os._exit(137)
build([lesson(i) for i in range(6)], Rules(of_person=1.0), Path(sys.argv[2]), step=step)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_build_that_is_killed_leaves_nothing_or_all_of_it(step: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, str(tmp_path)], env=dict(os.environ), check=False
    )
    whole = [one for one in tmp_path.iterdir() if not one.name.startswith(".")]

    assert done.returncode == 137
    assert len(whole) == (step == "folder-renamed")
    again = built([lesson(i) for i in range(6)], tmp_path, of_person=1.0)
    assert [one.name for one in tmp_path.iterdir()] == [again.folder.name]
    assert {one.name for one in again.folder.iterdir()} == FILES
    assert len(lines(again)) == sum(map(len, again.rows.values()))


def test_what_another_process_is_making_is_left_to_it(tmp_path: Path) -> None:
    (tmp_path / f".unfinished-kb-1-{os.getppid()}").mkdir()
    (tmp_path / ".unfinished-kb-1-999999999").mkdir()

    assert sweep(tmp_path) == 1
    assert [one.name for one in tmp_path.iterdir()] == [f".unfinished-kb-1-{os.getppid()}"]


def test_a_share_is_of_what_is_left_in_the_end() -> None:
    one = [lesson(i, people=("U1",)) for i in range(40)]
    rest = [lesson(100 + i, people=(), origin="documents") for i in range(90)]

    kept = sieve.shared_out([*one, *rest], 0.1, 0).rows

    assert len([row for row in kept if row.people]) == 10
    assert sieve.shared_out(one, 0.1, 0).rows == ()


def test_every_reason_has_its_sentence() -> None:
    assert set(sieve.SAID) == set(sieve.Reason)
