"""Questions about tables through the whole chain, over files of every kind that are really read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.runnables import Runnable

from bot.answering.prose import without_rows
from bot.answering.tabled import Tabled, Untold, tabled
from bot.answering.work import Work
from docs.companies import FORMATS, Sheet, sheets
from docs.table_questions import Asked, asked
from docs.tables import chain, judged
from model.answer import Answer, Question, Status
from retrieval.passage import Embedder, Hit, Passage
from retrieval.search import Results

SEED = 1


@pytest.fixture(scope="module")
def made() -> list[Sheet]:
    """A table of each format, of projects and of orders, the small ones."""
    of = sorted(sheets(SEED), key=lambda s: len(s.rows))
    small = [next(s for s in of if s.kind == kind) for kind in FORMATS]
    more = [next(s for s in of if s.about == about) for about in ("Projects", "Orders")]
    return [*small, *(s for s in more if s not in small)]


@pytest.fixture(scope="module")
def asking(made: list[Sheet], tmp_path_factory: pytest.TempPathFactory) -> Runnable[Question | str, Answer]:
    return chain(made, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def one(
    made: list[Sheet], graphs: Path, minilm: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Runnable[Question | str, Answer]:
    """The same over the table of projects alone."""
    place = tmp_path_factory.mktemp("table")
    (place / "home").mkdir()
    (place / "home" / "cache").symlink_to(graphs / "cache")
    return chain([projects(made)], place)


def projects(made: list[Sheet]) -> Sheet:
    return next(s for s in made if s.about == "Projects")


@pytest.mark.slow  # a company's tables in four formats, read and indexed
def test_look_ups_and_figures_of_every_format_are_right_or_refused(
    made: list[Sheet], asking: Runnable[Question | str, Answer]
) -> None:
    found: dict[str, list[Asked]] = {"right": [], "refused": [], "wrong": []}
    for one in asked(made, SEED):
        found[judged(one, asking.invoke(one.question))].append(one)

    assert found["wrong"] == []
    assert len(found["right"]) >= 0.95 * sum(not one.refuse for some in found.values() for one in some)
    assert {one.sheet.kind for one in found["right"] if one.sheet} == set(FORMATS)


def test_a_figure_says_how_it_was_reckoned_and_cites_rows(
    made: list[Sheet], one: Runnable[Question | str, Answer]
) -> None:
    sheet = projects(made)
    status = [row[4] for row in sheet.rows]

    answer = one.invoke(f"How many projects at {sheet.company} are open?")

    assert answer.status is Status.ANSWERED
    assert answer.text.startswith(f"{status.count('open')} of the {len(sheet.rows)} rows")
    assert "Status: open" in answer.text
    assert answer.citations
    assert all("open" in citation.quote for citation in answer.citations)


ROWS = "City | Desks | Lift\nOslo | 12 | yes\nLund | 40 | no\nBari | 7 | yes"


def table(text: str = ROWS) -> Passage:
    return Passage("p", "d", "s", "Offices", text, 0, len(text), "", ("Offices",))


def found(question: str, text: str = ROWS, *, whole: bool = True) -> object:
    one = table(text)
    read: Callable[[Passage], list[Passage]] = lambda p: [p] if whole else []  # noqa: E731
    return tabled(question, [one], read)


def test_a_look_up_pairs_each_cell_with_its_column_and_quotes_the_row() -> None:
    made = found("How many desks does Lund have?")

    assert isinstance(made, Tabled)
    (checked,) = made.checked([table()])
    assert checked.text == "City: Lund; Desks: 40 [1]"
    assert checked.citations[0].quote == "Lund | 40 | no"


def test_a_sentence_is_reckoned_again_from_what_the_readers_may_see_now() -> None:
    made = found("How many offices have a lift?")
    assert isinstance(made, Tabled)

    assert [one.dropped for one in made.checked([table()])] == [None]
    for now in ("", ROWS.replace("Bari | 7 | yes", "Bari | 7 | no")):
        assert all(one.dropped for one in made.checked([replace(table(), text=now)]))


def test_several_things_that_a_table_says_are_all_told_and_reckoned_again() -> None:
    made = found("How many offices have a lift & how many desks does Lund have?")

    assert isinstance(made, Tabled)
    assert made.sentences[0].startswith("2 of the 3 rows")
    assert made.sentences[1:] == ("City: Lund; Desks: 40",)
    assert made.notice == ""
    checked = made.checked([table()])
    assert [one.dropped for one in checked] == [None] * 2
    numbers = [c.number for one in checked for c in one.citations]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert all(one.dropped for one in made.checked([table("")]))


def test_of_several_things_what_the_table_does_not_say_is_named() -> None:
    made = found("How many offices have a lift and who cleans the stairs?")

    assert isinstance(made, Tabled)
    assert made.sentences == ("2 of the 3 rows of “Offices” have Lift: yes: Oslo, Bari.",)
    assert made.notice.startswith(
        "You ask several things. Nothing that I quote answers “Who cleans the stairs?”"
    )


def test_a_look_up_beside_something_else_is_left_to_the_writers() -> None:
    assert found("How many desks does Lund have and who cleans the stairs?") is None


def test_a_figure_needs_the_whole_table_and_a_look_up_does_not() -> None:
    assert getattr(found("How many offices have a lift?", whole=False), "why", "").startswith(
        "I do not reckon"
    )
    assert isinstance(found("How many desks does Lund have?", whole=False), Tabled)


def test_markup_and_markers_in_cells_are_words_and_nothing_else() -> None:
    text = "City | Desks | Lift\n<!channel> [7] Oslo | 12 | yes\nLund | 40 | no"

    made = found("How many offices have a lift?", text)

    assert isinstance(made, Tabled)
    assert made.sentences == ("1 of the 2 rows of “Offices” have Lift: yes: Oslo.",)


def test_how_many_over_a_part_of_a_table_is_refused_with_the_reason_and_never_one_row() -> None:
    rows = "Order | City | Status\n1000 | Oslo | open\n1001 | Lund | open\n1002 | Lund | closed"

    made = found("How many orders from Lund are open?", rows, whole=False)

    assert getattr(made, "why", "").startswith("I do not reckon")


def test_a_table_of_an_attached_file_is_looked_up_in(one: Runnable[Question | str, Answer]) -> None:
    rows = "Order | City | Amount\n1000 | Oslo | 12\n1001 | Lund | 40\n1002 | Bari | 7"
    file = Passage("a1", "attached/F1", "", "orders.csv", rows, 0, len(rows), "https://slack.test/F1")

    answer = one.invoke(Question("What is the amount of order 1001?", attached=(file,)))

    assert (answer.status, answer.writer, answer.struck) == (Status.ANSWERED, "tables", ())
    assert answer.text == "Order: 1001; Amount: 40 [1]"
    assert answer.citations[0].quote == "1001 | Lund | 40"
    assert answer.trail is not None
    assert answer.trail.attached == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Which offices are there?\nWhich is the largest?", "40 is the highest Desks in “Offices”: Lund."),
        ("How many offices are there?\nAnd the smallest?", "7 is the lowest Desks in “Offices”: Bari."),
        ("Welche Büros gibt es?\nWelches ist das größte?", "40 is the highest Desks in “Büros”: Lund."),
    ],
)
def test_which_is_the_most_is_asked_of_what_was_asked_for_before(asked: str, said: str) -> None:
    name = "Büros" if "Büros" in asked else "Offices"
    one = replace(table(), title=name, heading=(name,))

    made = tabled(asked, [one], lambda passage: [passage])

    assert isinstance(made, Tabled)
    assert made.sentences == (said,)


@pytest.mark.parametrize(
    ("asked", "rows", "said"),
    [
        ("Which offices are there?\nWhich of these was the first?", ROWS, "City: Oslo; Desks: 12; Lift: yes"),
        ("How many offices are there?\nAnd the last one?", ROWS, "City: Bari; Desks: 7; Lift: yes"),
        (
            "Which offices are there?\nWhich of them was the first?",
            "City | Opened\nOslo | 2019-03-01\nLund | 2011-01-20\nBari | 2024-05-01",
            "City: Lund; Opened: 2011-01-20",
        ),
    ],
)
def test_the_first_of_what_was_told_is_that_by_its_days_or_as_it_stands(
    asked: str, rows: str, said: str
) -> None:
    made = tabled(asked, [table(rows)], lambda passage: [passage])

    assert isinstance(made, Tabled)
    assert made.sentences == (said,)
    assert tabled(asked, [table(rows)], lambda _: []) is None  # there may be more rows


def test_what_a_page_says_beside_its_table_is_left_where_the_table_does_not_say_it() -> None:
    text = f"The harbour office opens in May.\n\n{ROWS}"

    left, rows = without_rows(table(text)), without_rows(table())

    assert left is not None and left.text.strip() == "The harbour office opens in May."
    assert len(left.text) == len(text)
    assert rows is None


def refused(question: str, *texts: tuple[str, str], locale: str = "") -> Untold:
    """What is said to a question, of tables of these names."""
    some = [
        Passage(f"p{n}", f"d{n}", "s", f"{name} 2026", text, 0, len(text), "", (name,))
        for n, (name, text) in enumerate(texts)
    ]
    made = tabled(question, some, lambda one: [one], locale)
    assert isinstance(made, Untold)
    return made


COSTS = "Project | Cost | Hours\nElm | 4 EUR | 12\nAsh | to be agreed | 7"


def test_a_refusal_names_the_table_that_was_meant_with_its_document_and_says_what_to_do() -> None:
    suppliers = "Supplier | Cost | Hours\nIO | 4 EUR | 1\nMO | none yet | 2"
    tables = ("Suppliers", suppliers), ("Projects", COSTS)

    made = refused("What is the total cost of all projects?", *tables)

    assert made.document == "d1"
    assert made.why.startswith("I do not reckon with “Projects 2026: Projects”: not every cell")
    assert made.why.endswith("Please reckon in the table itself.")
    assert "selbst" in refused("What is the total cost of all projects?", *tables, locale="de").why


def test_a_figure_that_is_not_reckoned_names_the_row_and_the_column() -> None:
    made, german = (
        refused("What is the total cost of all projects?", ("Projects", COSTS), locale=locale)
        for locale in ("en", "de")
    )

    assert "not every cell of Cost is a figure of one unit (Ash: to be agreed)" in made.why
    assert "In Cost stehen nicht nur Zahlen einer Einheit (Ash: to be agreed)" in german.why


PRICES = (
    "| box | price 2025 | price 2026 |\n|---|---|---|\n| Red | 32 EUR | 29 EUR |\n| White | 41 EUR | 45 EUR |"
)


@pytest.mark.parametrize(
    "question", ["How much cheaper is the Red box in 2026?", "How much did the price of the White box go up?"]
)
def test_by_how_much_is_not_what_a_row_says_and_it_is_said_so(question: str) -> None:
    made = found(question, PRICES)

    assert isinstance(made, Tabled)
    assert made.notice.startswith("By how much is not said there")
    assert "price 2025: " in made.sentences[0] and "price 2026: " in made.sentences[0]


def test_a_size_behind_a_question_is_asked_the_same_and_reckoned_again() -> None:
    rows = "size | price | weight\nS | 29 EUR | 1.2 kg\nM | 45 EUR | 2.1 kg"

    made = found("What does the S size cost?\nAnd the M?", rows)

    assert isinstance(made, Tabled)
    assert made.sentences == ("size: M; price: 45 EUR",)
    assert [one.dropped for one in made.checked([table(rows)])] == [None]


def test_of_several_that_may_be_meant_the_one_is_named_that_the_question_calls_by_its_name() -> None:
    travel, events = COSTS.replace("Elm", "Oak"), COSTS

    made = refused("What is the total cost of events?", ("Travel and events", travel), ("Events", events))

    assert made.document == "d1"


def test_where_a_table_does_not_have_what_is_asked_its_columns_are_named() -> None:
    made = refused("What is the total rent of the projects?", ("Projects", COSTS))

    assert made.open
    assert made.why == "“Projects 2026: Projects” says nothing of rent. Its columns are Project, Cost, Hours."


def test_where_two_tables_differ_both_are_named() -> None:
    fewer = COSTS.replace("\nAsh | to be agreed | 7", "")

    made = refused("How many projects are there?", ("Projects", COSTS), ("Old projects", fewer))

    assert "“Projects 2026: Projects”" in made.why
    assert "“Old projects 2026: Old projects” says otherwise" in made.why


def test_a_refusal_links_to_the_page_of_the_table(
    made: list[Sheet], one: Runnable[Question | str, Answer]
) -> None:
    sheet = next(s for s in made if s.about == "Projects")

    answer = one.invoke(f"What is the total rent of the projects at {sheet.company}?")

    assert answer.status is Status.NOT_FOUND
    (page,) = answer.nearest
    assert page.url
    assert answer.text.startswith(f"“{page.title}” says nothing of rent. Its columns are Project")


def test_a_file_that_was_read_whole_is_added_up(one: Runnable[Question | str, Answer]) -> None:
    rows = "Order | City | Amount\n1000 | Oslo | 12\n1001 | Lund | 40\n1002 | Bari | 7"
    file = Passage("a1", "attached/F1", "", "orders.csv", rows, 0, len(rows), "https://slack.test/F1")
    question = Question("What is the total amount of the orders?", attached=(file,))

    part, whole = one.invoke(question), one.invoke(replace(question, whole=frozenset({"attached/F1"})))

    assert "I may not have all of its rows" in part.text
    assert (whole.status, whole.text) == (
        Status.ANSWERED,
        "59 is the sum of Amount over all 3 rows of “orders.csv”. [1]",
    )


def test_what_neither_a_table_of_people_nor_a_page_names_is_not_answered_with_how_many_there_are() -> None:
    rows = "| Name | Role | Team |\n|---|---|---|\n| Ada Berg | Cook | Kitchen |\n| Bo Lind | Host | Floor |"
    told = "We are 18 people. Three people are in the garden team."
    some = [
        Passage(id, document, "s", title, text, 0, len(text), "")
        for id, document, title, text in (("p", "d", "people", rows), ("q", "e", "Us", told))
    ]
    results = Results(tuple(Hit(one, 1.0) for one in some))

    said = [
        Work(Question(f"How many people are in the {team} team?"), results=results, carried=True)
        .reckoned(lambda passages, readers: {"d": some[:1]})
        .said
        for team in ("marketing", "garden")
    ]

    assert said[0] and said[0][1].startswith("“people” says nothing of marketing.")
    assert said[1] is None  # the page may say that


LIMITS = "what | limit | note\nDinner | 38 | only at night\nLunch | 22 | only away"


@pytest.mark.parametrize("last", ["And lunch?", "and for lunch?", "What about lunch?"])
def test_a_few_words_behind_a_question_look_up_their_own_row(last: str) -> None:
    made = found(f"How much may I spend on dinner?\n{last}", LIMITS)

    assert isinstance(made, Tabled)
    assert made.sentences == ("what: Lunch; limit: 22; note: only away",)


HOLIDAYS = "date | holiday | Lund\n2026-05-01 | Labour Day | closed\n2026-06-05 | Weir Day | open"


@pytest.mark.parametrize("question", ["Which public holidays are there?", "What are the bank holidays?"])
def test_public_holidays_are_those_that_a_table_of_holidays_has(question: str) -> None:
    made = found(question, HOLIDAYS)

    assert isinstance(made, Tabled)
    assert [one.split("; ")[1] for one in made.sentences] == ["holiday: Labour Day", "holiday: Weir Day"]


LEVELS = "level | answer within | who leads\nP1 | 5 minutes | Ada\nP2 | 1 hour | Bo\nP3 | 1 day | Bo"
DAYS = """date | day off | Lund
2026-05-01 | Labour Day | closed
2026-06-05 | Weir Day | open
2026-06-19 | Midsummer | closed"""


@pytest.mark.parametrize(
    "question", ["Which levels are there?", "What are the three levels?", "Welche Level gibt es?"]
)
def test_what_all_of_is_asked_for_is_every_row_that_there_is(question: str) -> None:
    made = found(question, LEVELS)

    assert isinstance(made, Tabled)
    checked = made.checked([table(LEVELS)])
    assert [one.before + one.text for one in checked] == [
        "- level: P1; answer within: 5 minutes; who leads: Ada [1]",
        "\n- level: P2; answer within: 1 hour; who leads: Bo [1]",
        "\n- level: P3; answer within: 1 day; who leads: Bo [1]",
    ]
    assert [c.quote for one in checked for c in one.citations] == [LEVELS.partition("\n")[2]]
    assert made.notice == ""


@pytest.mark.parametrize("question", ["Which towns are open?", "How many towns are open?"])
def test_rows_whose_cell_says_more_than_was_asked_are_named_as_not_among_them(question: str) -> None:
    made = found(question, "town | state\nOslo | open\nLund | open in May\nBari | closed\nGent | open")

    assert isinstance(made, Tabled)
    assert made.notice == "Not among them are rows with state: open in May."


def test_who_is_no_people_of_the_page_is_said_with_the_column_that_is_empty() -> None:
    rows = "| Name | Role | Manager |\n|---|---|---|\n| Ada Berg | Cook | Bo Lind |\n| Bo Lind | Host | |"

    made = [found(question, rows) for question in ("Who is Bo's manager?", "Who is Ada's manager?")]

    assert isinstance(made[0], Untold) and made[0].why == "“Offices” has no Manager for Bo Lind."
    assert isinstance(made[1], Tabled) and made[1].sentences == ("Name: Ada Berg; Manager: Bo Lind",)


def test_how_many_there_are_names_them_also_where_they_are_numbered() -> None:
    made = found("How many levels are there?", LEVELS)

    assert isinstance(made, Tabled)
    assert made.sentences == ("3 rows are in the table “Offices”: P1, P2, P3.",)


@pytest.mark.parametrize(
    "question",
    ["Which days off are in June?", "Welche Days off sind im Juni 2026?", "Are there days off in June?"],
)
def test_a_month_is_the_days_in_it(question: str) -> None:
    made = found(question, DAYS)

    assert isinstance(made, Tabled)
    assert made.sentences == ("date: 2026-06-05; day off: Weir Day", "date: 2026-06-19; day off: Midsummer")


def test_a_row_that_names_several_is_of_each() -> None:
    rows = "item | who gets it\nBoots | field team\nJacket | field team and support\nMug | support"

    made = found("What items does the field team get?", rows)

    assert isinstance(made, Tabled)
    assert [text.split(";")[0] for text in made.sentences] == ["item: Boots", "item: Jacket"]


def test_more_than_can_be_shown_is_said_to_be_a_part_with_the_place_of_the_whole() -> None:
    long = "\n".join(["city | desks", *(f"Town{n} | {n % 7}" for n in range(31))])

    many, some = found("Which cities are there?", long), found("Which cities are there?", LEVELS)

    assert isinstance(many, Tabled)
    assert (len(many.sentences), many.notice) == (20, "These are 20 of 31: the whole is at [1].")
    assert some is None


def test_the_place_of_the_whole_is_that_of_what_was_told_before() -> None:
    long = "\n".join(["city | desks", *(f"Town{n} | {n % 7}" for n in range(31))])

    made = found("How many desks are there in all and which cities are there?", long)

    assert isinstance(made, Tabled)
    places = list(dict.fromkeys(quote for each in made.quotes for quote in each))
    at = next(places.index(each[0]) for each in made.quotes[1:]) + 1
    assert made.notice.endswith(f"the whole is at [{at}].")


def test_a_table_whose_rows_are_torn_is_listed_line_by_line_as_it_is_written() -> None:
    torn = "level | answer within\nP1 | 5 minutes\nP2, where nobody is\nhurt | 1 hour\nP3 | 1 day\nAsk Ada."

    made = found("Which levels are there?", torn)

    assert isinstance(made, Tabled)
    assert list(made.sentences) == torn.split("\n")[:-1]
    assert all(one.citations or one.before for one in made.checked([table(torn)]))
    assert isinstance(found("How many levels are there?", torn), Untold)


def test_a_section_that_lists_what_is_asked_for_goes_before_some_rows_that_name_it() -> None:
    rows = Passage("p", "d", "s", "Desks", "role | about\nPhone | incidents\nTravel | trains", 0, 50, "")
    roles = "The **lead** decides. The **scribe** writes."
    prose = Passage("q", "e", "s", "Incidents", roles, 0, len(roles), "", ("Incidents", "Roles"))

    asked = "What are the roles in an incident?"

    assert isinstance(tabled(asked, [rows], lambda one: [one]), Tabled)
    assert tabled(asked, [rows, prose], lambda one: [one]) is None


def test_where_other_tables_list_such_things_too_it_is_said_that_it_may_not_be_all() -> None:
    other = "level | colour | since\nP4 | red | 2020\nP5 | blue | 2021"
    some = [
        Passage(f"p{n}", f"d{n}", "s", "Page", text, 0, len(text), "")
        for n, text in enumerate((LEVELS, other))
    ]

    made = tabled("Which levels are there?", some, lambda one: [one])

    assert isinstance(made, Tabled)
    assert made.sentences[0].startswith("level: P1")
    assert made.notice == "This may not be all of it: the whole is at [1]."


@pytest.mark.parametrize(
    "question", ["Which levels do customers see?", "What do levels cost?", "May I leave in June?"]
)
def test_what_a_table_does_not_say_is_no_list_of_its_rows(question: str) -> None:
    assert not isinstance(found(question, f"{LEVELS}\n\n{DAYS}"), Tabled)


def test_a_row_under_a_heading_that_denies_begins_with_it() -> None:
    one = replace(table(), heading=("Offices", "Where no visitors sleep"))
    made = tabled("How many desks does Lund have?", [one], lambda p: [p])

    assert isinstance(made, Tabled)
    assert made.sentences == ("Where no visitors sleep: City: Lund; Desks: 40",)


PROSE = "You have 28 days of paid holiday a year, on top of the public holidays."
OWED = [
    "How many holidays do I get?",
    "how many holidays do i have",
    "How many holidays may I take?",
    "How many holidays are we given?",
]
COUNTED = [
    "How many holidays are there?",
    "How many holidays are in the table?",
    "How many holidays does the company have?",
    "How many public holidays do I get?",
]


def beside(question: str, prose: str) -> Tabled | Untold | None:
    """What is made of a question, where a page of prose was found as well as a table of holidays."""
    rows = replace(table(HOLIDAYS), heading=("Holidays",))
    page = Passage("q", "e", "s", "Time off", prose, 0, len(prose), "", ("Holiday",))
    return tabled(question, [rows, page], lambda one: [one])


@pytest.mark.parametrize("question", OWED)
def test_how_many_somebody_gets_is_what_prose_says_of_them_and_no_count_of_rows(question: str) -> None:
    made = beside(question, PROSE)

    assert isinstance(made, Untold) and made.open


def test_a_place_that_is_named_is_not_dropped_for_what_prose_says_of_everybody() -> None:
    rows = f"{HOLIDAYS}\n2026-08-14 | Fair | open\n2026-10-09 | Flood | closed"
    page = Passage("q", "e", "s", "Time off", PROSE, 0, len(PROSE), "")
    some = [replace(table(rows), heading=("Holidays",)), page]

    made = tabled("How many holidays do I get in Lund?", some, lambda one: [one])

    assert isinstance(made, Untold) and not made.open
    assert made.why.endswith("Please say which: closed, open.")


def test_how_many_somebody_gets_is_counted_where_no_sentence_says_it() -> None:
    made = beside(OWED[0], "Request holiday in the time sheet, 5 days before you take it.")

    assert isinstance(made, Tabled) and made.sentences[0].startswith("2 rows are in the table")


@pytest.mark.parametrize("question", COUNTED)
def test_how_many_there_are_is_a_count_of_rows_whatever_somebody_gets(question: str) -> None:
    made = beside(question, PROSE)

    assert isinstance(made, Tabled) and made.sentences[0].startswith("2 rows are in the table")


def test_what_somebody_gets_is_named_as_left_where_something_else_is_counted() -> None:
    made = beside("How many holidays do I get and how many public holidays are there?", PROSE)

    assert isinstance(made, Tabled)
    assert made.sentences[0].startswith("2 rows")
    assert "“How many holidays do I get?”" in made.notice


def test_a_table_in_doubt_leaves_to_prose_what_somebody_gets() -> None:
    torn = replace(table(f"{HOLIDAYS}\nWeir Fair, where"), heading=("Holidays",))
    page = Passage("q", "e", "s", "Time off", PROSE, 0, len(PROSE), "")

    made = tabled("How many holidays do I get?", [torn, page], lambda _: [])

    assert isinstance(made, Untold) and made.open


def test_a_column_that_is_named_is_not_asked_for_but_what_in_it_is_meant() -> None:
    rows = f"{HOLIDAYS}\n2026-08-14 | Fair | open\n2026-10-09 | Flood | closed"

    made, german = (
        refused("How many holidays are there in Lund?", ("Holidays", rows), locale=locale)
        for locale in ("en", "de")
    )

    assert made.why.startswith("I do not count “Holidays 2026: Holidays” by Lund: which of what stands there")
    assert made.why.endswith("Please say which: closed, open.")
    assert german.why.endswith("Bitte nenn sie: closed, open.")


def test_what_a_refusal_offers_can_be_said_in_a_question() -> None:
    rows = "Room | Beamer\nElm | yes\nAsh | ✅\nOak | broken\nFir | no\nYew | yes"

    made = refused("How many rooms have a beamer?", ("Rooms", rows))
    again = found("How many rooms have a beamer: yes?", rows)

    assert made.why.endswith("Please say which: yes, broken, no.")
    assert isinstance(again, Tabled) and again.sentences[0].startswith("3 of the 5 rows")


def test_rows_that_a_figure_names_are_each_quoted_with_nothing_between() -> None:
    rows = [f"Town{n} | {n} | {'yes' if n % 2 else 'no'}" for n in range(1, 14)]
    text = "\n".join(["City | Desks | Lift", *rows])

    made = found("How many cities have a lift?", text)

    assert isinstance(made, Tabled)
    (checked,) = made.checked([table(text)])
    assert [one.quote for one in checked.citations] == rows[::2]


BREADS = "bread | gluten | milk\nBarley loaf | yes | no\nCorn loaf | no | yes\nMilk roll | yes | yes"


@pytest.mark.parametrize(
    ("asked", "locale", "said"),
    [
        (
            "Does the rye loaf contain milk?",
            "en",
            "“Offices” has no row of “rye loaf”. Of “loaf” it has Barley loaf, Corn loaf.",
        ),
        (
            "Is the rye loaf vegan?",
            "de",
            "„Offices“ hat keine Zeile zu „rye loaf“. Zu „loaf“ hat sie Barley loaf, Corn loaf.",
        ),
    ],
)
def test_what_no_row_is_of_is_said_with_what_is_there(asked: str, locale: str, said: str) -> None:
    made = tabled(asked, [table(BREADS)], lambda passage: [passage], locale)

    assert isinstance(made, Untold)
    assert made.why == said
    assert made.open and made.said_by("Our rye bread is baked on Mondays.") and not made.said_by("A loaf.")


def test_of_what_a_table_says_nothing_is_said_beside_its_row_unless_a_page_says_it() -> None:
    asked = "Does the corn loaf contain sugar?"
    other = replace(table(), id="p2", document="d2", text="A page on sugar.")
    page = replace(other, text="The corn loaf has 3 g of sugar.")

    made = tabled(asked, [table(BREADS), other], lambda passage: [passage])

    assert isinstance(made, Tabled)
    assert made.notice == "“Offices” says nothing of sugar. Its columns are bread, gluten, milk."
    assert tabled(asked, [table(BREADS), page], lambda passage: [passage]) is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("How many offices are there for each lift?", "The 3 rows of “Offices” by Lift: yes 2, no 1."),
        (
            "How many more desks has Lund than Bari?",
            "33 is the difference in Desks of “Offices”: Lund 40, Bari 7.",
        ),
        ("Which office opened last?", "2024-05-01 is the latest Opened in “Offices”: Bari."),
        (
            "Which office with a lift opened last?",
            "2019-03-01 is the latest Opened of the 1 of 3 rows with Lift: yes of “Offices”: Oslo.",
        ),
    ],
)
def test_what_is_reckoned_is_said_in_a_sentence(asked: str, said: str) -> None:
    days = "City | Lift | Opened\nOslo | yes | 2019-03-01\nLund | no | 2011-01-20\nBari | no | 2024-05-01"
    made = tabled(asked, [table(days if "opened" in asked else ROWS)], lambda passage: [passage])

    assert isinstance(made, Tabled)
    assert made.sentences == (said,)
