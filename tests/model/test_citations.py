"""Citations: what no passage carries does not reach a person, and every quote is the document's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.answer import Draft, Fault, Struck
from model.checking.citations import check, cite, markers
from model.plain import KINDS, forms, plain
from model.sentences import sentences
from retrieval.passage import Passage

LEAVE = (
    "# Parental leave\n\nEmployees get 18 weeks of paid parental leave after six months of employment. "
    "Contractors are not eligible. The policy changed on 3 March 2024.\n\n"
    "- Requests go to Ann Berger in People Operations.\n- Unused days expire after 1,000 days.\n"
)
MEALS = "Paid Time Off (PTO) is separate. Lunch abroad is paid up to EUR 45.50 a day, 50 % of the rate.\n"
DOCUMENT = "Front matter that is no passage.\n" + LEAVE + MEALS


def passage(text: str, title: str = "Handbook", heading: tuple[str, ...] = ()) -> Passage:
    start = DOCUMENT.index(text)
    return Passage(
        id=f"p{start}", document="hb/leave.md", source="hb", title=title, text=text, start=start,
        end=start + len(text), url="file:///leave.md", heading=heading,
    )  # fmt: skip


PASSAGES = (passage(LEAVE, heading=("Parental leave",)), passage(MEALS, heading=("Expenses",)))


def told(text: str) -> str:
    return "".join(c.before + c.text for c in cite(Draft(text, "test"), PASSAGES) if not c.dropped)


def test_markers_are_read_in_every_form_models_write_them() -> None:
    assert markers("A [1][2], b [1, 3], c 【4】, d [5-7] and e[^8], not [2024] or [x].") == [
        1, 2, 1, 3, 4, 5, 6, 7, 8,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "Employees get eighteen weeks of paid parental leave [1].",
        "You get 18 weeks of paid parental leave after 6 months of employment. [1]",
        "Unused days expire after 1000 days [1].",
        "The parental leave policy was changed on March 3, 2024 [1].",
        "The policy changed in March 2024【1】.",
        "Send requests to Ann Berger [1].",
        "Lunch abroad is paid up to 45.50 € a day [2].",
        "PTO is separate [2].",
        "Parental leave is an 18-week paid leave for employees [1].",
        "Contractors aren't eligible [1].",
        "Lunch abroad is paid up to 45,50 EUR, 50% of the rate [2][9].",
    ],
)
def test_a_sentence_that_its_passage_carries_passes_however_it_is_spelt(sentence: str) -> None:
    finding = check(sentence, PASSAGES)

    assert finding.ok, finding
    assert all(0 <= q.start < q.end <= len(PASSAGES[q.passage].text) for q in finding.quotes)


@pytest.mark.parametrize(
    ("sentence", "fault", "what"),
    [
        ("Employees get 16 weeks of paid parental leave [1].", "figure", "16 weeks"),
        ("Employees get 18 months of paid parental leave [1].", "figure", "18 months"),
        ("Employees get sixteen weeks of paid parental leave [1].", "figure", "sixteen weeks"),
        ("The parental leave policy changed on 4 March 2024 [1].", "figure", "4 March 2024"),
        ("Lunch abroad is paid up to $45.50 a day [2].", "figure", "$45.50"),
        ("Lunch abroad is 55% of the rate [2].", "figure", "55%"),
        ("Requests go to Bob Berger in People Operations [1].", "name", "Bob"),
        ("Requests go to People Operations in JIRA-77 [1].", "name", "JIRA-77"),
        ("Contractors are eligible [1].", "opposite", ""),
        ("Employees do not get 18 weeks of paid parental leave [1].", "opposite", ""),
        ("Employees get 18 weeks of paid parental leave [7].", "forged", "[7]"),
        ("Employees get 18 weeks of paid parental leave.", "uncited", ""),
        ("Dogs sleep under desks near the warm radiator [1].", "unrelated", ""),
        ("Lunch abroad is paid [1].", "unsupported", ""),
    ],
)
def test_a_sentence_that_its_passage_does_not_carry_is_refused_with_the_reason(
    sentence: str, fault: str, what: str
) -> None:
    finding = check(sentence, PASSAGES)

    assert (finding.fault, finding.what) == (fault, what)


def test_markers_are_renumbered_by_first_appearance_and_neighbours_share_one() -> None:
    checked = list(
        cite(
            Draft(
                "Lunch abroad is paid up to EUR 45.50 a day [2]. "
                "Employees get 18 weeks of paid parental leave [1]. "
                "Contractors are not eligible [1].",
                "test",
            ),
            PASSAGES,
        )
    )

    assert [c.text[-4:] for c in checked] == ["[1].", "[2].", "[2]."]
    assert [[x.number for x in c.citations] for c in checked] == [[1], [2], []]
    assert checked[1].citations[0].quote == (
        "Employees get 18 weeks of paid parental leave after six months of employment. "
        "Contractors are not eligible."
    )


def test_a_row_that_no_sentence_cites_is_in_no_quote_between_those_that_are_cited() -> None:
    rows = ("| Breakfast | €14 |", "| Lunch | €22 |", "| Dinner | €38 |", "| Hotel | €140 |")
    text = "\n".join(("| what | limit |", "|---|---|", *rows))
    limits = Passage("p", "d", "s", "Expenses", text, 0, len(text), "", ("Limits",))

    def quotes(*whats: str) -> list[str]:
        said = [
            f"what: {what}; limit: {limit} [1]"
            for row in rows
            for _, what, limit, _ in [[cell.strip() for cell in row.split("|")]]
            if what in whats
        ]
        checked = list(cite(Draft("\n\n".join(said), "test"), (limits,)))
        assert not any(one.dropped for one in checked)
        return [citation.quote for one in checked for citation in one.citations]

    assert quotes("Breakfast", "Hotel") == [rows[0], rows[3]]
    assert quotes("Lunch", "Dinner") == ["\n".join(rows[1:3])]


def test_every_sentence_copied_from_a_passage_passes_with_its_own_quote() -> None:
    for number, source in enumerate(PASSAGES, 1):
        for start, end in sentences(source.text):
            [checked] = cite(Draft(f"{source.text[start:end]} [{number}]", "extract"), PASSAGES)

            assert not checked.dropped
            assert checked.citations[0].quote == source.text[start:end]


def test_dropped_sentences_leave_the_lists_and_lines_of_the_others_whole() -> None:
    text = told(
        "**In short:** employees get 18 weeks of paid parental leave [1].\n\n"
        "- Invented: 99 dogs [1]. Contractors are not eligible [1].\n"
        "- Unused days expire after 1,000 days [1].\n\nSources:\n[1] Handbook"
    )

    assert text == (
        "In short: employees get 18 weeks of paid parental leave [1].\n"
        "- Contractors are not eligible [1].\n- Unused days expire after 1,000 days [1]."
    )


def test_a_sentence_said_nearly_word_for_word_is_given_the_marker_it_lacks() -> None:
    checked = list(cite(Draft("Contractors are not eligible. Cats are eligible for naps.", "test"), PASSAGES))

    assert checked[0].text == "Contractors are not eligible. [1]"
    assert checked[1].dropped == Struck("Cats are eligible for naps.", Fault.UNCITED)


def test_a_repeated_sentence_is_said_once() -> None:
    checked = list(cite(Draft("Contractors are not eligible [1]. " * 50, "test"), PASSAGES))

    assert [c.dropped and c.dropped.fault for c in checked] == [None, *[Fault.REPEATED] * 49]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("See [the form](https://evil.example/?q=1) now", "See the form now"),
        ("![pixel](https://evil.example/a.png)", "pixel"),
        ("[x][ref]\n[ref]: https://evil.example", "x\n"),
        ("Go to https://evil.example/a?b=c, then stop", "Go to (link), then stop"),
        ("evil.example/leak?x=secret", "(link)"),
        ("open \\\\evil.example\\share\\x or //evil.example/x", "open (link) or (link)"),
        ('"//evil.example" or //evil.example, //fmt.Println(x)', '"(link)" or (link), //fmt.Println(x)'),
        (
            "Read //main.py, (//my.main.py) and //docs.md: all",
            "Read //main.py, (//my.main.py) and //docs.md: all",
        ),
        ('//evil.py/x, "//evil.md/x" or //evil.sh:80', '(link), "(link)/x" or (link):80'),
        ('"//a.evil.example.py/x"', '"(link)/x"'),
        ("C:\\dir, 1 // 2 and \\\\n stay", "C:\\dir, 1 // 2 and \\\\n stay"),
        ("<https://evil.example|Slack says> <!channel> <@U123> <#C1|general>", "Slack says   "),
        ("<|im_start|>system<|im_end|> </think>[INST]", "system "),
        ("a\u200bb\u202ec\U000e0041d\ufeff", "abcd"),
        ("<<!channel>!here>", ""),
        ("@channel and @here", "channel and here"),
        ("<img src=x onerror=1><b>bold</b> **strong**", "bold strong"),
        ("kubectl get <pod> where a < b > c", "kubectl get <pod> where a < b > c"),
        ("[1](https://evil.example) stays a marker", "[1] stays a marker"),
    ],
)
def test_what_a_model_writes_loses_its_forms_and_keeps_its_words(written: str, shown: str) -> None:
    assert plain(written) == shown


SHORT = """[1] [2] [3] [9] [1,2] 【1】 [ ] ( ) ]( ![ < > <!channel> <@U1> http :// https://evil.example/x www.
evil.example/p? <|im_start|> @here \u200b \u202e | javascript: # *""".split(" ")
LONG = ["\n- ", "\n\n", ". ", " ", "Employees get 18 weeks of paid parental leave", "Lunch abroad is paid"]
LONG += ["Contractors are not eligible", "up to EUR 45.50", "Unused days expire after 1,000 days"]
LINKED = re.compile(r"\w{2,}://|\]\(|!\[|www\.\w|<[!@#|]|@here\b|@channel\b|[\u200b\u202e]|\.example/")
PIECES = st.sampled_from([*SHORT, *LONG])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=80)))
def test_no_draft_yields_a_link_a_mention_a_forged_marker_or_a_quote_not_in_the_document(draft: str) -> None:
    kept = [c for c in cite(Draft(draft, "test"), PASSAGES) if not c.dropped]
    text = "".join(c.before + c.text for c in kept)
    citations = [x for c in kept for x in c.citations]

    assert [c.number for c in citations] == list(range(1, len(citations) + 1))
    assert set(markers(text)) == {c.number for c in citations}
    assert all(DOCUMENT[c.start : c.end] == c.quote and c.quote for c in citations)
    assert all(markers(c.text) for c in kept)
    assert not LINKED.search(text)


def test_an_address_beside_a_marker_leaves_nothing_behind_and_a_marker_stands_once() -> None:
    lunch = "Lunch abroad is paid up to EUR 45.50 a day, 50 % of the rate."

    said = told(f"Paid Time Off (PTO) is separate. [2] https://x.example [2] {lunch} https://x.example [2]")

    assert said == f"Paid Time Off (PTO) is separate. [1] {lunch} [1]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leave is 18 weeks [1], see [2] and leave.md.", {}),
        ("See [the page](https://evil.example/x) now.", {"link": 1}),
        ("See https://evil.example/x and <https://evil.example|here>.", {"link": 2}),
        ("![](https://evil.example/x.png)", {"link": 1, "image": 1}),
        ("<!channel> and @here and <@U1>", {"mention": 3}),
        ("<|im_start|>system <b>bold</b>", {"token": 2, "markup": 2}),
        ("a\u200bb\U000e0041", {"invisible": 2}),
    ],
)
def test_what_is_taken_out_of_a_draft_is_counted_by_kind(text: str, found: dict[str, int]) -> None:
    assert forms(text) == found
    assert set(found) <= set(KINDS)
