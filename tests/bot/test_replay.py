"""The record of an answer, over the index of the example handbook: kept, explained, made again, erased."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from spoken import footnote

from bot import state, wiring
from bot.settings import Settings, load
from model import grounds
from model.answer import Previous, Question, Vote
from model.feedback import vote
from model.record import Record, record_answer, recorded
from retrieval.passage import Passage
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # indexes the example handbook

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
DINNER = "How much may I spend on dinner?"  # a table says it, whatever the writer and the threshold
LAPTOP = "How do I report a lost laptop?"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(_env_file=None)


def asked(question: str) -> str:
    """The id of the answer."""
    return str(json.loads(footnote("ask", question, "--json").stdout)["id"])


def kept(settings: Settings, answer: str) -> Record:
    with wiring.engine(settings).connect() as connection:
        found = recorded(connection, answer)
    assert found is not None
    return found


def test_what_was_asked_at_a_terminal_has_a_record(settings: Settings) -> None:
    record = kept(settings, asked(LAPTOP))

    assert (record.question, record.status, record.writer) == (LAPTOP, "answered", "extract")
    assert len(record.places) == settings.passages
    assert record.trail["sure"] > record.trail["threshold"]
    assert record.trail["table"] == wiring.store(settings).live(settings.workspace).name
    assert record.trail["setup"]["embedder"] == "minilm"
    assert record.trail["timings"]["total"] > 0


def test_an_answer_ends_with_the_command_that_explains_it(settings: Settings) -> None:
    last = footnote("ask", DINNER).stdout.splitlines()[-1].split()

    done = footnote(*last[1:])
    assert (last[0], done.returncode) == ("footnote", 0)
    assert f"Asked: {DINNER}" in done.stdout


@pytest.mark.parametrize("question", [DINNER, "Can I bring my dog?", "Hello!", "Wie viel Urlaub habe ich?"])
def test_an_extract_made_again_is_the_same_to_the_letter(settings: Settings, question: str) -> None:
    answer = asked(question)

    done = footnote("replay", answer, "--json")
    made = json.loads(done.stdout)

    assert (done.returncode, made["same"], made["changes"]) == (0, True, [])
    assert made["now"]["text"] == made["was"]["text"]
    assert footnote("replay", answer[:8], "--live").stdout == "The same answer.\n"


def test_a_replay_stands_on_what_was_read_then_and_says_what_has_changed_since(
    settings: Settings, tmp_path: Path
) -> None:
    answer = asked(DINNER)
    _reindexed(settings, tmp_path, "€38", "€44")

    then, today = footnote("replay", answer), footnote("replay", answer, "--live")

    assert (then.returncode, today.returncode) == (0, 3)
    assert then.stdout.startswith("The same answer.\nSince then:\n")
    assert "was read anew." in then.stdout
    assert any(line.startswith("- ") and "€38" in line for line in today.stdout.splitlines())
    assert any(line.startswith("+ ") and "€44" in line for line in today.stdout.splitlines())


def _reindexed(settings: Settings, folder: Path, old: str, new: str) -> None:
    """The handbook with other words in it, synced."""
    copy = folder / "handbook"
    shutil.copytree(HANDBOOK, copy)
    for file in copy.rglob("*.md"):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    wiring.index(settings).sync(FileSource("handbook", [copy], settings.max_file_mb << 20))


def test_other_settings_are_named_where_an_answer_is_made_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asked(LAPTOP)
    monkeypatch.setenv("FOOTNOTE_THRESHOLD", "0.999999")

    done = footnote("replay", answer)

    assert done.returncode == 3
    assert "It was answered and is not found." in done.stdout
    assert "The setting threshold was" in done.stdout


def test_why_nothing_was_said_is_explained(settings: Settings) -> None:
    said = footnote("explain", asked("Can I bring my dog to the office?")).stdout

    assert ": not found" in said
    assert "That is too little: nothing was written" in said


def test_no_threshold_is_named_where_a_table_answered_whatever_it_is(settings: Settings) -> None:
    table, page = (footnote("explain", asked(one)).stdout for one in (DINNER, LAPTOP))

    assert "by tables" in table and "rows of a table say it themselves" in table
    assert "nothing is written" not in table and "nothing is written" in page


def test_what_is_said_without_a_search_is_explained_as_that(settings: Settings) -> None:
    said = footnote("explain", asked("Hello!")).stdout

    assert ": small talk" in said and "Nothing was searched for it." in said


def test_another_form_of_an_answer_is_explained_but_not_made_again(settings: Settings) -> None:
    first = wiring.chain(settings).invoke(DINNER)
    assert first.trail is not None
    found = {hit.passage.id: hit.passage for hit in first.trail.hits}
    previous = Previous(first, tuple(found[c.passage] for c in first.citations))
    second = wiring.chain(settings).invoke(Question("as a list please", id="q2", previous=previous))
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, second, "terminal", keep_question=True)

    said, done = footnote("explain", "q2").stdout, footnote("replay", "q2")

    assert "in another form" in said and "cited as [1]" in said
    assert (done.returncode, "in another form" in done.stderr) == (1, True)


def test_what_is_made_of_a_thread_is_explained_as_that_and_not_made_again(settings: Settings) -> None:
    said = "Ada: We decided to go with the second offer."
    message = Passage("m1", "thread/1.0", "thread", "Ada, 2026", said, 0, len(said), "https://c.example/p1")
    asked = Question("what was decided?", id="q3", attached=(message,), thread="decisions")
    answer = wiring.chain(settings).invoke(asked)
    assert said in answer.text
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, replace(answer, text=""), "Ev3", keep_question=True)

    explained, done = footnote("explain", "q3").stdout, footnote("replay", "q3")

    assert "made of messages of its thread" in explained and "in another form" not in explained
    assert (done.returncode, "it is made of messages" in done.stderr) == (1, True)


def test_a_question_asked_in_slack_is_not_shown_and_has_to_be_given(settings: Settings) -> None:
    answer = _answered_in_slack(settings)
    link = "https://c.slack.com/archives/C1/p1700000000000200"

    said, refused = footnote("explain", link), footnote("replay", answer)
    given = footnote("replay", answer, "--question", DINNER)

    assert DINNER not in said.stdout and "its words are not kept" in said.stdout
    assert "Votes: 1 up, 0 down." in said.stdout
    assert (refused.returncode, "--question" in refused.stderr) == (1, True)
    assert (given.returncode, given.stdout) == (0, "The same answer.\n")


def _answered_in_slack(settings: Settings) -> str:
    answer = wiring.chain(settings).invoke(Question(DINNER, id="Ev1"))
    row = {"team": "T1", "channel": "C1", "person": "U1", "direct": False, "state": "final", "attempts": 1}
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, answer, "Ev1")
        connection.execute(
            state.inbox.insert().values(event_id="Ev1", kind="question", received_at=1.7e9, **row)
        )
        post = {"key": "Ev1", "channel": "C1", "thread_ts": "1700000000.000100", "ts": "1700000000.000200"}
        connection.execute(state.posts.insert().values(**post))
        vote(connection, Vote("Ev1", "U1", "up", datetime.now(UTC)))
    return "Ev1"


@pytest.mark.parametrize(
    "wanted",
    [
        {"tone": "short"},
        {"language": "de"},
        {"schema": '{"type": "object", "properties": {"answer": {"type": "string"}}}'},
    ],
)
def test_an_answer_is_made_again_as_its_channel_wanted_it(settings: Settings, wanted: dict[str, str]) -> None:
    asked = Question(LAPTOP, id="q4", **wanted)  # type: ignore[arg-type]
    answer = wiring.chain(settings).invoke(asked)
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, answer, "terminal", keep_question=True)

    done = footnote("replay", "q4")

    assert kept(settings, "q4").trail.items() >= wanted.items()
    assert (done.returncode, done.stdout) == (0, "The same answer.\n")


def test_what_a_model_translated_is_named_where_an_answer_is_made_again(settings: Settings) -> None:
    answer = wiring.chain(settings).invoke(Question(LAPTOP, id="q5", language="de"))
    assert answer.trail is not None
    german = "Melden Sie es sofort. [1]"
    translated = replace(answer, text=german, trail=replace(answer.trail, translated=True))
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, translated, "terminal", keep_question=True)

    done = footnote("replay", "q5")

    assert (done.returncode, "It was translated by a language model" in done.stdout) == (3, True)


def test_a_follow_up_is_made_again_with_the_questions_before_it(settings: Settings) -> None:
    asked = Question("And for breakfast?", id="q1", earlier=(DINNER,))
    with wiring.engine(settings).begin() as connection:
        record_answer(connection, wiring.chain(settings).invoke(asked), "terminal", keep_question=True)

    done = footnote("replay", "q1")

    assert (done.returncode, done.stdout) == (0, "The same answer.\n")
    assert f"Asked before it in the thread: {DINNER}" in footnote("explain", "q1").stdout


def test_an_answer_whose_words_are_gone_is_still_explained_but_not_made_again(settings: Settings) -> None:
    answer = asked(LAPTOP)
    footnote("forget", kept(settings, answer).citations[0].document)

    done, said = footnote("replay", answer), footnote("explain", answer)

    assert (done.returncode, "are not kept" in done.stderr) == (1, True)
    assert (said.returncode, "phone" in said.stdout) == (0, False)
    assert "no longer kept" in said.stdout and "cited as [1]" in said.stdout


def test_an_answer_that_is_not_there_is_a_sentence(settings: Settings) -> None:
    done = footnote("explain", "nothing")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_words_are_kept_for_their_days_also_where_nobody_asks_any_more(settings: Settings) -> None:
    answer = asked(LAPTOP)
    with wiring.engine(settings).begin() as connection:
        late = datetime.now(UTC) - timedelta(days=31)
        connection.execute(grounds.grounds.update().values(kept_since=late))
    unasked = wiring.kept(settings, answer).words

    wiring.schedules(settings).tick(datetime.now(UTC))

    with wiring.engine(settings).connect() as connection:
        assert unasked == grounds.words(connection, answer, 60) == {}


def test_a_forgotten_document_leaves_the_records_too(settings: Settings) -> None:
    answer = asked(LAPTOP)
    document = kept(settings, answer).citations[0].document

    footnote("forget", document)

    with wiring.engine(settings).connect() as connection:
        words = grounds.words(connection, answer, 30)
    assert words and document not in {passage.document for passage in words.values()}
    assert kept(settings, answer).text == ""
