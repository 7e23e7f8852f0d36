"""What depends on the pages that there are, asked through the whole chain: acronyms, the example offered."""

from __future__ import annotations

import pytest
from langchain_core.runnables import Runnable

from bot import wiring
from bot.settings import load
from model.answer import Answer, Question, Status
from retrieval.passage import Audience
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # indexes a folder

PAGES = {
    "glossary.md": "# Glossary\n\n- **PTO**: paid time off\n- **NDA**: non-disclosure agreement\n",
    "leave.md": "# Time away\n\nUp to five days of paid time off carry over into the next year.\n\n"
    "Ask your lead two weeks ahead for paid time off. Leads answer within three days.\n",
    "legal.md": "# Legal\n\nEvery non-disclosure agreement is signed by the legal desk.\n",
    "canteen.md": "# Canteen\n\nLunch is served from 11:30 to 14:00. A meal costs 6 euros.\n",
}


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Runnable[Question | str, Answer]:
    place = tmp_path_factory.mktemp("glossary")
    folder = place / "files"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = load(_env_file=None, home=place / "home")
    wiring.index(settings).sync(FileSource("files", [folder], 1 << 20))
    return wiring.chain(settings)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the PTO carry-over?", "Up to five days of paid time off carry over"),
        ("When do I ask for PTO?", "Ask your lead two weeks ahead"),
        ("Who signs NDAs?", "Every non-disclosure agreement is signed by the legal desk"),
        ("What is PTO?", "PTO: paid time off"),
    ],
)
def test_an_acronym_is_answered_from_the_page_that_spells_it_out(
    asking: Runnable[Question | str, Answer], question: str, said: str
) -> None:
    answer = asking.invoke(question)

    assert answer.status is Status.ANSWERED
    assert answer.text.startswith(said)


def test_a_question_with_a_slip_of_spelling_is_answered(asking: Runnable[Question | str, Answer]) -> None:
    answer = asking.invoke("where are agreemants sigend")

    assert "Every non-disclosure agreement is signed" in answer.text


def test_a_greeting_offers_a_question_about_a_page_that_may_be_read_and_that_is_answered(
    asking: Runnable[Question | str, Answer],
) -> None:
    offered = asking.invoke("Hello!").text.partition("For example: ")[2]
    answer = asking.invoke(offered)
    strange = asking.invoke(Question("Hello!", readers=Audience.of("user:U9")))

    assert "Time away" in offered
    assert answer.status is Status.ANSWERED
    assert {one.title for one in answer.citations} == {"Time away"}
    assert "For example" not in strange.text
