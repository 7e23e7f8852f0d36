"""Question -> passages -> draft -> checked Answer, over the real index of the example handbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.runnables import Runnable
from typer.testing import CliRunner

from bot import wiring
from bot.chain import Chain
from bot.cli import table
from bot.meaning.smalltalk import reply
from bot.replies import LONGEST_QUESTION
from bot.settings import load
from model.answer import Answer, Draft, Fault, Question, Status, Struck, Writer, WriterUnavailable
from model.quoting.answerability import SHIPPED, Answerability
from model.quoting.extract import Extract
from retrieval.passage import Audience, Passage
from retrieval.retriever import FootnoteRetriever

pytestmark = pytest.mark.slow  # indexes the example handbook

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
DINNER = "How much may I spend on dinner?"  # a table says it, and no writer is asked
HOME = "How many days a week can I work from home?"
PEOPLE_TEAM = Audience.of("everyone", "channel:C-PEOPLE")


class Says:
    """A writer that writes what it is told to."""

    name = "says"

    def __init__(self, text: str) -> None:
        self._text = text

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        return Draft(self._text, self.name)


class Unreachable:
    """A writer that is never there."""

    name = "unreachable"

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        raise WriterUnavailable("The model server does not answer.")


@pytest.fixture(scope="module")
def parts(indexed: Path) -> tuple[FootnoteRetriever, Answerability, Extract]:
    settings = load(_env_file=None, home=indexed)
    embedder = wiring.embedder_of(settings)
    retriever = FootnoteRetriever(search=wiring.search(settings, embedder))
    return retriever, Answerability.load(None, embedder), Extract(embedder)


def chain(
    parts: tuple[FootnoteRetriever, Answerability, Extract], *writers: Writer
) -> Runnable[Question | str, Answer]:
    retriever, answerability, extract = parts
    return Chain(retriever, answerability, writers or [extract], lambda readers: "the documents").runnable()


def test_an_answer_quotes_the_document_to_the_letter(parts, indexed) -> None:
    answer = chain(parts).invoke(DINNER)

    assert answer.status == Status.ANSWERED
    assert "€38" in answer.text
    assert "[1]" in answer.text
    first = answer.citations[0]
    text = (HANDBOOK.parent / first.document).read_text(encoding="utf-8")
    assert text[first.start : first.end] == first.quote


def test_the_chunks_of_a_stream_add_up_to_the_answer(parts) -> None:
    asked = Question(DINNER, id="q1")

    chunks = list(chain(parts).stream(asked))
    whole = chain(parts).invoke(asked)

    total = chunks[0]
    for chunk in chunks[1:]:
        total = total + chunk
    assert (total.text, total.citations, total.status) == (whole.text, whole.citations, whole.status)


def test_two_pages_of_the_handbook_that_disagree_are_both_cited_and_said_to(parts) -> None:
    answer = chain(parts).invoke("What may a hotel cost per night?")

    assert "of 15 June 2026 says €140" in answer.notice and "of 16 March 2026 says €165" in answer.notice
    assert {"expenses.md", "travel.pdf"} == {Path(c.document).name for c in answer.citations}


def test_a_batch_answers_each_question(parts) -> None:
    dinner, dog = chain(parts).batch([DINNER, "Can I bring my dog to the office?"])

    assert (dinner.status, dog.status) == (Status.ANSWERED, Status.NOT_FOUND)


def test_a_writer_that_is_not_there_is_replaced_and_the_answer_says_so(parts) -> None:
    answer = chain(parts, Unreachable(), parts[2]).invoke(HOME)

    assert answer.status == Status.DEGRADED
    assert answer.writer == "extract"
    assert "The model server does not answer." in answer.notice


def test_a_sentence_that_no_passage_carries_is_not_shown(parts) -> None:
    passages = [hit.passage for hit in parts[0].search.find(HOME, Audience(), 6).hits]
    place = next(i for i, passage in enumerate(passages, 1) if "three days a week" in passage.text)
    forged = f"You can work from home for €99. [{place}]"
    says = Says(f"You can work from home up to three days a week. [{place}] {forged}")

    answer = chain(parts, says).invoke(HOME)

    assert "three days" in answer.text
    assert "€99" not in answer.text
    assert answer.struck == (Struck(forged, Fault.FIGURE, "€99"),)


def test_nothing_left_after_the_check_is_not_found(parts) -> None:
    answer = chain(parts, Says("The moon is made of cheese. [1]")).invoke(HOME)

    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())
    assert [one.text for one in answer.struck] == ["The moon is made of cheese. [1]"]
    assert len(answer.nearest) == len({page.url for page in answer.nearest}) == 3
    assert {page.source for page in answer.nearest} == {"handbook"}


@pytest.mark.parametrize(
    "question", ["What does a Plover gauge cost?", "When was the Plover gauge launched?"]
)
def test_a_passage_about_the_thing_that_does_not_say_what_is_asked_is_no_answer(parts, question: str) -> None:
    answer = chain(parts).invoke(question)

    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())
    assert any("plover" in page.url.casefold() for page in answer.nearest)


def test_a_question_of_length_is_led_by_a_length_of_time(parts) -> None:
    answer = chain(parts).invoke("How long is parental leave?")

    assert "paid weeks: 20" in answer.text.partition("\n")[0] or "20 weeks" in answer.text.partition("\n")[0]


def test_a_year_that_is_named_chooses_the_page_that_held_then(parts) -> None:
    then = chain(parts).invoke("How many weeks of parental leave did parents get in 2025?")
    now = chain(parts).invoke("How many weeks of parental leave do parents get?")

    assert {Path(c.document).name for c in then.citations} == {"parental-leave-2024.md"}
    assert "is what held then, since 2024" in then.notice
    assert "20 weeks" in now.text and "parental-leave-2024.md" not in str([c.document for c in now.citations])


def test_the_nearest_pages_are_those_that_the_reader_may_see(parts) -> None:
    asked = Question("What is the salary band of level 4?", PEOPLE_TEAM)

    inside = chain(parts, Says("")).invoke(asked)
    outside = chain(parts, Says("")).invoke(replace(asked, readers=Audience()))

    assert any("salary-bands" in page.url for page in inside.nearest)
    assert outside.nearest and not any("salary-bands" in page.url for page in outside.nearest)


def test_what_the_reply_must_not_show_is_not_searched(parts) -> None:
    question = "What is the salary band of level 4?"

    outside = chain(parts).invoke(Question(question))
    inside = chain(parts).invoke(Question(question, PEOPLE_TEAM))

    assert not any("salary-bands" in c.document for c in outside.citations)
    assert any("salary-bands" in c.document for c in inside.citations)


def test_a_follow_up_is_answered_with_what_was_asked_before_it(parts) -> None:
    asked: list[str] = []

    class Listens(Extract):
        def write(self, question: str, passages: Sequence[Passage]) -> Draft:
            asked.append(question)
            return super().write(question, passages)

    listens = Listens(parts[0].search._embedder)
    answer = chain(parts, listens).invoke(Question("And in\x1b[1m summer?", earlier=("Hello?", HOME)))
    row = chain(parts, listens).invoke(Question("And on\x1b[1m lunch?", earlier=("Hello?", DINNER)))

    assert asked == [f"{HOME}\nAnd in summer?"]  # of a table it is the same question of another row
    assert answer.question == "And in summer?" and answer.citations
    assert row.question == "And on lunch?" and row.writer == "tables"
    assert "€22" in row.text and "€38" not in row.text


@pytest.mark.parametrize(
    "told", ["I joined on Monday and nobody could tell me.", "Sorry if this came up in the channel before."]
)
def test_a_question_is_answered_whatever_is_told_beside_it(parts, told: str) -> None:
    alone = chain(parts).invoke(HOME).text

    assert "three" in alone
    assert chain(parts).invoke(f"{told} {HOME}").text == alone
    assert chain(parts).invoke(f"{HOME} {told}").text == alone


def test_an_attached_file_is_cited_like_any_other_and_for_this_question_only(parts) -> None:
    text = "The stand at the Bergen fair costs 8,400 kroner and is paid by the Oslo office."
    file = Passage("a1", "attached/F1", "", "offer.txt", text, 0, len(text), "https://slack.test/F1")
    question = Question("Who pays for the stand at the Bergen fair?")

    before = chain(parts).invoke(question)
    answer = chain(parts).invoke(replace(question, attached=(file,)))
    after = chain(parts).invoke(question)

    assert (before.status, after.status) == (Status.NOT_FOUND, Status.NOT_FOUND)
    assert answer.status == Status.ANSWERED
    assert (answer.citations[0].title, answer.citations[0].url) == ("offer.txt", "https://slack.test/F1")
    assert text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote


def test_what_is_deleted_while_a_writer_writes_is_not_in_its_answer(home: Path) -> None:
    settings = load(_env_file=None, home=home)
    embedder, index = wiring.embedder_of(settings), wiring.index(settings)
    retriever = FootnoteRetriever(search=wiring.search(settings, embedder))
    parts = (retriever, Answerability.load(None, embedder), Extract(embedder))

    class Slow(Extract):
        def write(self, question: str, passages: Sequence[Passage]) -> Draft:
            draft = super().write(question, passages)
            for passage in passages:
                index.forget(passage.document)
            return draft

    answer = chain(parts, Slow(embedder)).invoke(HOME)

    assert (answer.status, answer.citations, answer.nearest) == (Status.NOT_FOUND, (), ())


def test_what_is_forgotten_while_a_model_translates_is_neither_shown_nor_recorded(home: Path) -> None:
    settings = load(_env_file=None, home=home)
    embedder, index = wiring.embedder_of(settings), wiring.index(settings)
    retriever = FootnoteRetriever(search=wiring.search(settings, embedder))
    parts = (retriever, Answerability.load(None, embedder), Extract(embedder))
    german = "Sie können bis zu drei Tage pro Woche von zu Hause arbeiten. [1]"

    class Slow(Extract):
        written: list[Passage] = []

        def write(self, question: str, passages: Sequence[Passage]) -> Draft:
            self.written[:] = passages
            return super().write(question, passages)

        def drafted(self, asked: object, *within_s: float) -> Draft:
            for passage in self.written:
                index.forget(passage.document)
            return Draft(german, self.name)

    answer = chain(parts, Slow(embedder)).invoke(Question(HOME, language="de"))

    assert Slow.written
    assert (answer.status, answer.citations, answer.nearest) == (Status.NOT_FOUND, (), ())


def test_a_page_that_is_gone_is_not_named_where_it_is_asked_back(parts) -> None:
    retriever, *others = parts

    class Forgotten:
        def __getattr__(self, name: str) -> object:
            return getattr(retriever.search, name)

        def still(self, passages: Sequence[Passage], readers: Audience) -> list[Passage]:
            return [replace(one, text="") for one in passages]

    gone = FootnoteRetriever.model_construct(search=Forgotten(), limit=6)
    answer = chain((gone, *others)).invoke("What is the limit?")

    assert answer.status is Status.NOT_FOUND and "Expenses" not in answer.text


def test_nobody_may_read_anything(parts) -> None:
    answer = chain(parts).invoke(Question(DINNER, Audience(frozenset())))

    assert answer.status == Status.NOT_FOUND


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00\x1b[2J", "\u202e"])
def test_what_is_no_question_is_asked_back(parts, text: str) -> None:
    assert chain(parts).invoke(text).status == Status.CLARIFY


@pytest.mark.parametrize("text", ["hi", "thanks!", "who are you?"])
def test_small_talk_is_answered_without_a_search(parts, text: str) -> None:
    class Fails:
        def find(self, *asked: object, **how: object) -> None:
            raise AssertionError("searched")

    unsearched = (FootnoteRetriever.model_construct(search=Fails(), limit=6), *parts[1:])
    answer = chain(unsearched).invoke(text)

    assert (answer.status, answer.citations, answer.nearest) == (Status.SMALL_TALK, (), ())
    assert answer.text == reply(text)


def test_a_vague_question_is_asked_back_and_the_reply_is_answered(parts) -> None:
    vague = "What is the limit?"

    back = chain(parts).invoke(vague)
    answer = chain(parts).invoke(Question("Expenses › Limits, dinner", earlier=(vague,)))
    again = chain(parts).invoke(Question(vague, earlier=(vague,)))

    assert (back.status, back.citations, back.nearest) == (Status.CLARIFY, (), ())
    assert "• Expenses › Limits" in back.text
    assert answer.status == Status.ANSWERED and any("expenses" in c.document for c in answer.citations)
    assert again.status != Status.CLARIFY


def test_a_question_of_forty_thousand_characters_is_told_the_limit(parts) -> None:
    answer = chain(parts).invoke("dinner " * 6000)

    assert answer.status == Status.CLARIFY
    assert f"{LONGEST_QUESTION:,}" in answer.text


def test_a_fit_made_with_another_embedder_is_said_once_in_the_log_and_by_the_doctor(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "answerability.json").write_text(SHIPPED.read_text().replace("all-MiniLM-L6-v2", "some-other"))

    for _ in range(2):
        wiring.chain(load())
    done = CliRunner().invoke(table.app, ["doctor"], env={"COLUMNS": "200"})

    said = [one.getMessage() for one in caplog.records if "some-other" in one.getMessage()]
    assert len(said) == 1 and "footnote fit answerability" in said[0]
    assert "--   answerability: in doubt" in done.output and "footnote fit answerability" in done.output
    assert done.exit_code == 0


def test_a_question_within_sources_is_answered_from_them_alone_and_says_so(
    parts: tuple[FootnoteRetriever, Answerability, Extract],
) -> None:
    asked = Question(DINNER, sources=("wiki",))

    within, elsewhere = chain(parts).invoke(replace(asked, sources=("handbook",))), chain(parts).invoke(asked)

    assert within.citations and elsewhere.status is Status.NOT_FOUND
