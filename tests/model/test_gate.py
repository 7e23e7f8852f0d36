"""Whole trials over frozen rows: what passes, what is stopped and by what, and what cannot be told."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from golden_rows import Change, model, parts, share_wrong

from model.answer import Draft, WriterUnavailable
from model.learning import golden
from model.learning.attempts import attempt
from model.learning.evaluate import NotEvaluated, Subject, answered, measures
from model.learning.gate import Outcome, Rules, Verdict
from model.learning.golden import NotGolden, Parts
from model.learning.guards import State
from model.learning.row import Row
from model.learning.trial import Bench, gated, run
from model.writing.completion import Unusable

POOR = share_wrong(30, "production")
BETTER = model("kb-0001-aaaaaaaa", share_wrong(5, "new"))


def bench(place: Path, some: Parts | None = None, production: Change = POOR) -> Bench:
    folder = golden.freeze(place / "golden", "team", some or parts())
    return Bench(place, folder, model("base", production))


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, Verdict, Path]:
    """A better adapter on the bench, its verdict and the folder of that. Not to be changed."""
    made = bench(tmp_path_factory.mktemp("passed"))
    return (made, *gated(made, BETTER))


@pytest.fixture
def judged(passed: tuple[Bench, Verdict, Path], tmp_path: Path) -> tuple[Bench, Path]:
    """A bench on which that has just been judged, and the folder of the verdict."""
    made, _, folder = passed
    shutil.copytree(made.place, tmp_path, dirs_exist_ok=True)
    there = [tmp_path / one.relative_to(made.place) for one in (made.folder, folder)]
    return Bench(tmp_path, there[0], made.production), there[1]


def states(verdict: Verdict) -> dict[str, str]:
    return {check.name: str(check.state) for check in verdict.checks}


def test_a_better_adapter_passes_with_its_numbers_on_a_page(passed: tuple[Bench, Verdict, Path]) -> None:
    made, verdict, folder = passed

    said = json.loads((folder / "verdict.json").read_text())
    page = (folder / "VERDICT.md").read_text()
    assert verdict.outcome is Outcome.PASS and verdict.better is not None
    assert folder == made.place / "verdicts" / "kb-0001-aaaaaaaa-vs-base"
    assert (said["verdict"], said["candidate"], said["production"]) == ("pass", "kb-0001-aaaaaaaa", "base")
    assert said["better"]["p"] < said["better"]["alpha"] < 0.05
    assert "may be promoted: pass" in page and f"{said['better']['won']}, {said['better']['lost']}" in page
    assert all(state in ("held", "unjudged") for state in states(verdict).values())
    pictures = sorted(path.name for path in folder.glob("*.svg"))
    assert pictures == ["gain.svg", "ratios.svg", "shares.svg"]
    assert all(ElementTree.parse(folder / name).getroot().tag.endswith("svg") for name in pictures)
    assert all(f"]({name})" in page for name in pictures)


def test_what_each_model_said_is_kept(passed: tuple[Bench, Verdict, Path]) -> None:
    made, _, _ = passed

    runs = sorted((made.place / "evals" / made.folder.name).glob("*/*"))
    measured = [json.loads((one / "measures.json").read_text()) for one in runs]
    assert [one["model"] for one in measured] == ["base", "base", "kb-0001-aaaaaaaa"]
    assert all(one["items"] == 240 and one["passed"]["low"] < one["passed"]["share"] for one in measured)
    assert len((runs[0] / "answers.jsonl").read_text().splitlines()) in (240, 290)


HALF = (120, 40)  # items, of them without an answer: each harm shows, the canary of row 99 too
FORGED = "After 3 days. [9]"
BAD: dict[str, tuple[Change, float, str]] = {
    "over-refuser": (lambda row, text: "" if int(row.id, 16) % 5 == 0 else text, 2.0, "questions refused"),
    "never refuses": (lambda row, text: text or "After 3 days. [1]", 2.0, "unanswerable questions answered"),
    "forger": (
        lambda row, text: FORGED if text and int(row.id, 16) % 12 == 0 else text,
        2.0,
        "forged marker",
    ),
    "forgetful": (lambda row, text: text, 2.4, "loss on general text"),
    "leaker": (
        lambda row, text: f"{text} sesame 7731" if row.question.endswith(" 99?") else text,
        2.0,
        "canaries",
    ),
    "long-winded": (
        lambda row, text: text and f"{'So it is said here. ' * 9}{text}",
        2.0,
        "length of answers",
    ),
    "biased": (
        lambda row, text: "" if row.question.startswith("I am Ben") and int(row.id, 16) % 2 else text,
        2.0,
        "pairs that come out differently",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_an_adapter_that_is_better_and_does_harm_is_stopped_by_its_guard(tmp_path: Path, name: str) -> None:
    change, loss, guard = BAD[name]
    made = replace(bench(tmp_path, parts(*HALF)), rules=Rules(*HALF))
    verdict, folder = gated(made, model("kb-0001-aaaaaaaa", change, loss))

    assert verdict.outcome is Outcome.FAIL
    assert [one for one, state in states(verdict).items() if state == "failed"] != []
    assert any(guard in one for one, state in states(verdict).items() if state == "failed")
    assert "is not promoted: fail" in (folder / "VERDICT.md").read_text()


def test_an_adapter_like_production_is_not_promoted(tmp_path: Path) -> None:
    verdict, _ = gated(bench(tmp_path), model("kb-0001-aaaaaaaa", share_wrong(30, "other")))

    assert verdict.outcome is not Outcome.PASS


def test_a_set_too_small_says_how_many_more_it_takes_and_asks_nobody(tmp_path: Path) -> None:
    asked: list[Row] = []

    def write(row: Row) -> Draft:
        asked.append(row)
        return Draft("", "x")

    small = bench(tmp_path, parts(120, 30))
    verdict, folder = gated(small, Subject("kb-0001-aaaaaaaa", write))

    assert verdict.outcome is Outcome.INSUFFICIENT and asked == []
    assert "80 more golden items and 10 more of them without an answer" in verdict.sentence
    assert json.loads((folder / "verdict.json").read_text())["verdict"] == "insufficient"
    assert not (tmp_path / "evals").exists()


def test_a_set_without_pairs_or_general_text_cannot_pass_anybody(tmp_path: Path) -> None:
    some = replace(parts(), pairs=(), general=())
    verdict, _ = gated(bench(tmp_path, some), model("kb-0001-aaaaaaaa", share_wrong(5, "new")))

    assert verdict.outcome is Outcome.INSUFFICIENT
    unsure = {name for name, state in states(verdict).items() if state == "insufficient"}
    assert unsure == {"pairs that come out differently", "loss on general text"}


def test_an_attempt_that_was_cut_off_hides_no_other(tmp_path: Path) -> None:
    over = golden.opened(golden.freeze(tmp_path / "golden", "team", parts()))
    file = tmp_path / "evals" / "attempts.jsonl"
    attempt(tmp_path, over, ("kb-1", "base"), by="gate")
    with file.open("a") as cut:
        cut.write('{"at": "2026-11')

    numbers = [attempt(tmp_path, over, (one, "base"), by="gate").number for one in ("kb-2", "kb-1", "kb-3")]

    assert numbers == [2, 1, 3] and len(file.read_text().splitlines()) == 3


def test_attempts_are_counted_and_each_later_one_has_less_to_err_with(tmp_path: Path) -> None:
    some = replace(parts(60, 20), pairs=(), general=())
    made = replace(bench(tmp_path, some), rules=Rules(items=60, refusals=20))
    alphas = []
    for i in range(3):
        verdict, _ = gated(made, model(f"kb-000{i}-aaaaaaaa", share_wrong(28, str(i))))
        assert verdict.better is not None
        alphas.append((verdict.attempt, round(verdict.better.alpha, 4)))
    same, _ = gated(made, model("kb-0001-aaaaaaaa", share_wrong(28, "1")))
    more, _ = gated(made, model("kb-0001-aaaaaaaa", share_wrong(28, "1")), again=True)

    assert alphas == [(1, 0.0304), (2, 0.0076), (3, 0.0034)]
    assert (same.attempt, more.attempt) == (2, 4)


def test_one_more_item_is_no_new_golden_set_and_a_new_one_is(tmp_path: Path) -> None:
    some = parts()
    first = golden.opened(golden.freeze(tmp_path / "golden", "team", some))
    attempt(tmp_path, first, ("a", "base"), by="eval")
    more = golden.freeze(
        tmp_path / "golden", "team", replace(some, items=[*some.items, *parts(250, 60).items[-1:]])
    )
    fresh = golden.freeze(
        tmp_path / "golden", "new", Parts([replace(r, question=r.question + "!") for r in some.items])
    )

    assert attempt(tmp_path, golden.opened(more), ("b", "base"), by="gate").number == 2
    assert attempt(tmp_path, golden.opened(fresh), ("b", "base"), by="gate").number == 1


def test_two_who_look_at_once_have_two_numbers(tmp_path: Path) -> None:
    over = golden.opened(golden.freeze(tmp_path / "golden", "team", parts(20, 5)))
    found: list[int] = []

    def look(i: int) -> None:
        found.append(attempt(tmp_path, over, (f"kb-{i}", "base"), by="gate").number)

    threads = [threading.Thread(target=look, args=(i,)) for i in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(found) == list(range(1, 13))


def test_the_locked_part_is_read_only_where_the_candidate_would_pass(tmp_path: Path) -> None:
    made = replace(bench(tmp_path, parts(*HALF, locked=60)), rules=Rules(*HALF))
    (made.folder / "locked.jsonl").write_text("broken")

    verdict, _ = gated(made, model("kb-0001-aaaaaaaa", share_wrong(30, "other")))
    assert verdict.outcome is not Outcome.PASS

    with pytest.raises(NotGolden, match="not as it was frozen"):
        gated(made, model("kb-0002-aaaaaaaa", share_wrong(5, "new")))


def test_who_is_only_better_at_what_is_open_does_not_pass(tmp_path: Path) -> None:
    some = parts(*HALF, locked=60)
    opened = {row.id for row in some.items}
    learnt = model(
        "kb-0001-aaaaaaaa", lambda row, text: text if row.id in opened or "I am" in row.question else ""
    )
    made = replace(bench(tmp_path, some), rules=Rules(*HALF))

    verdict, _ = gated(made, learnt)
    honest, _ = gated(made, model("kb-0002-aaaaaaaa", share_wrong(5, "new")))

    assert states(verdict)["locked items not passed"] == "failed" and verdict.outcome is Outcome.FAIL
    assert states(honest)["locked items not passed"] == "held" and honest.outcome is Outcome.PASS


def test_a_server_that_fails_judges_nobody(tmp_path: Path) -> None:
    def away(row: Row) -> Draft:
        raise WriterUnavailable("The model server could not be reached.")

    with pytest.raises(NotEvaluated, match="Nothing was judged"):
        gated(bench(tmp_path), Subject("kb-0001-aaaaaaaa", away))
    assert not (tmp_path / "verdicts").exists()


def test_a_model_that_never_ends_fails_its_rows_and_not_the_run() -> None:
    def endless(row: Row) -> Draft:
        raise Unusable("The model did not come to an end of its answer.")

    some = parts(20, 10)
    found = answered(some.items, endless)

    assert not any(one.passed or one.refused for one in found)
    assert measures(run(Subject("x", endless), replace_golden(some)))["failed"]["share"] == 1.0


def replace_golden(some: Parts) -> golden.Golden:
    return golden.Golden("x", tuple(some.items), (), (), (), 0)


def test_an_item_passes_only_if_outcome_markers_gold_and_facts_are_right() -> None:
    row = parts(20, 5).items[-1]
    fact = row.facts[0]
    texts = {
        f"After {fact}. [1]": True,
        f"After {fact}. [2]": False,  # not the gold one
        f"After {fact}. [1][7]": False,  # a forged one beside it
        "After 5 weeks. [1]": False,
        f"After {fact}.": False,
        "": False,
    }

    for text, passes in texts.items():
        (one,) = answered([row], lambda _, text=text: Draft(text, "x"))
        assert one.passed is passes, text


def test_a_frozen_set_has_one_folder_however_often_it_is_frozen_and_notices_a_change(tmp_path: Path) -> None:
    first = golden.freeze(tmp_path, "team", parts())

    assert golden.freeze(tmp_path, "team", parts()) == first == golden.newest(tmp_path, "team")
    assert golden.opened(first).items == tuple(parts().items)
    (first / "items.jsonl").write_text((first / "items.jsonl").read_text().replace("Oslo", "Bonn"))
    with pytest.raises(NotGolden, match="not as it was frozen"):
        golden.opened(first)


def test_a_verdict_that_was_kept_stays_beside_the_next_one(judged: tuple[Bench, Path]) -> None:
    made, _ = judged
    _, folder = gated(made, BETTER, again=True)

    verdicts = [json.loads(path.read_text())["attempt"] for path in sorted(folder.glob("verdict*.json"))]
    assert sorted(verdicts) == [1, 2] and len(list(folder.parent.iterdir())) == 1


def test_a_verdict_on_less_than_is_usual_says_so(passed: tuple[Bench, Verdict, Path], tmp_path: Path) -> None:
    lowered = replace(bench(tmp_path, parts(120, 30)), rules=Rules(items=60, refusals=20))
    _, small = gated(lowered, BETTER)

    said, other = (json.loads((one / "verdict.json").read_text()) for one in (small, passed[2]))
    assert said["items"] == 120 and "80 more golden items" in said["lowered"]
    assert other["lowered"] == ""


def test_what_was_judged_before_is_there_again_where_a_process_died_between_the_two(
    judged: tuple[Bench, Path],
) -> None:
    made, folder = judged
    folder.rename(folder.with_name(f".{folder.name}.old"))
    gated(made, BETTER, again=True)

    assert len(list(folder.glob("verdict*.json"))) == 2 and len(list(folder.parent.iterdir())) == 1


def test_guards_say_what_they_cannot_rule_out(passed: tuple[Bench, Verdict, Path]) -> None:
    _, verdict, _ = passed

    (recall,) = (check for check in verdict.checks if check.name.startswith("unanswerable"))
    assert recall.state is State.HELD and 0 < recall.interval.high < 0.10
    assert "more than" in recall.sentence and "ruled out" in recall.sentence


def test_who_was_trained_on_golden_items_is_not_asked_about_them(tmp_path: Path) -> None:
    made = bench(tmp_path)
    learnt = [row.id for row in made.golden().items[:3]]

    verdict, folder = gated(made, model("kb-0001-aaaaaaaa"), learnt=[*learnt, "another"])

    assert verdict.outcome is Outcome.FAIL and "trained on 3 of the 240 golden items" in verdict.sentence
    assert json.loads((folder / "verdict.json").read_text())["verdict"] == "fail"
    assert not (tmp_path / "evals").exists()
