"""Documents in, passages out: every offset exact, nothing lost, nothing longer than the embedder reads."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.answer import Citation
from model.trail import packed, unpacked
from retrieval.passage import Block, Document, Heading
from retrieval.pieces import estimate
from retrieval.record import from_record, to_record
from retrieval.split import BUDGET, split

_QUICK = settings(derandomize=True, max_examples=60, deadline=None)
_TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.characters(),  # lone surrogates and control characters too
        st.sampled_from(
            ["\n", "\n\n", ". ", "- item ", "word " * 40, "x" * 400, "中文。" * 50, "| a | b |\n", "\x00\x1f"]
        ),
    ),
    max_size=40,
).map("".join)


def _document(text, **more):
    return Document(
        uri="s/a.md", source="s", title="Title", text=text, url="file:///a.md", digest="d", **more
    )


@st.composite
def _documents(draw):
    text = draw(_TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = st.sampled_from(["code", "table"])
    blocks = [Block(a, b, draw(kinds), (b - a) // 3) for a, b in zip(places[::2], places[1::2], strict=False)]
    starts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=5)))
    headings = [Heading(s, draw(st.integers(1, 4)), draw(st.text(max_size=12)), "a") for s in starts]
    pages = draw(st.sampled_from([(), (0, *places)]))
    return _document(text, blocks=tuple(blocks), headings=tuple(headings), pages=pages)


@_QUICK
@given(_documents())
def test_offsets_are_exact_in_any_document(document):
    for passage in split(document):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""


@_QUICK
@given(_TEXTS)
def test_nothing_of_a_text_is_lost_or_said_twice(text):
    passages = split(_document(text))

    assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())


@_QUICK
@given(_documents())
def test_nothing_is_lost_but_heading_lines_that_a_path_carries(document):
    kept = {n for p in split(document) for n in range(p.start, p.end)}
    for heading in document.headings:
        end = document.text.find("\n", heading.start)
        kept |= set(range(heading.start, end if end >= 0 else len(document.text)))

    assert all(n in kept or document.text[n].isspace() for n in range(len(document.text)))


@_QUICK
@given(_documents(), st.text(max_size=2000))
def test_no_passage_is_beyond_the_budget_with_its_headings(document, title):
    passages = split(Document(**{f: getattr(document, f) for f in Document.__slots__} | {"title": title}))

    assert all(estimate(p.indexed_text) <= BUDGET for p in passages)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7])
def test_a_megabyte_in_one_line_is_cut_in_linear_time(seed):
    print("seed", seed)
    letters = random.Random(seed)
    mixed = "".join(letters.choices("ab. \n", k=200_000))
    for text in ("a" * 10**6, "word " * 100_000, ". " * 100_000, mixed):
        began = time.process_time()
        passages = split(_document(text))

        assert time.process_time() - began < 15
        assert sum(len(p.text) for p in passages) > len("".join(text.split())) * 0.9


def test_sections_keep_their_path_and_anchor():
    text = (
        "# Leave\n\n## Parental\n"
        + "Sixteen weeks are paid. " * 10
        + "\n\n## Sick\n"
        + "Call your lead. " * 10
    )
    headings = (
        Heading(0, 1, "Leave", "leave"),
        Heading(text.index("## Parental"), 2, "Parental", "parental"),
        Heading(text.index("## Sick"), 2, "Sick", "sick"),
    )

    parental, sick = split(_document(text, headings=headings))

    assert parental.heading == ("Leave", "Parental")
    assert parental.url == "file:///a.md#parental"
    assert parental.text.startswith("Sixteen")
    assert (sick.heading, sick.url) == (("Leave", "Sick"), "file:///a.md#sick")


def test_two_tiny_neighbours_become_one_passage_under_their_parent():
    text = "# A\n## B\none two\n## C\nthree four\n"
    headings = tuple(
        Heading(text.index(f"{m} {t}"), len(m), t, t.lower())
        for m, t in (("#", "A"), ("##", "B"), ("##", "C"))
    )

    (passage,) = split(_document(text, headings=headings))

    assert passage.heading == ("A",)
    assert passage.text == "## B\none two\n## C\nthree four"


def test_what_is_quoted_of_a_joined_section_opens_at_its_own_heading():
    text = "# A\n## B\none two\n## C\nthree four\n## D\nfive six\n"
    headings = tuple(
        Heading(text.index(f"{m} {t}"), len(m), t, t.lower())
        for m, t in (("#", "A"), ("##", "B"), ("##", "C"), ("##", "D"))
    )

    (passage,) = split(_document(text, headings=headings))
    shown = [
        Citation.of(passage, 1, (passage.text.index(said), len(passage.text))).url.partition("#")[2]
        for said in ("one two", "three", "five six")
    ]

    assert shown == ["b", "c", "d"]
    assert from_record(to_record(passage)) == passage
    assert unpacked(packed(passage)) == passage


def test_a_long_table_is_cut_between_rows_and_each_slice_carries_the_header():
    rows = [f"| employee number {n} | office in Oslo {n} |" for n in range(60)]
    text = "\n".join(["| Who | Where |", "|---|---|", *rows])
    passages = split(_document(text, blocks=(Block(0, len(text), "table", len("| Who | Where |\n")),)))

    assert len(passages) > 3
    assert passages[0].lead == ""
    assert {p.lead for p in passages[1:]} == {"| Who | Where |"}
    assert all(
        line in ["| Who | Where |", "|---|---|", *rows] for p in passages for line in p.text.split("\n")
    )


def test_code_stays_whole_where_it_fits():
    code = "```\n" + "\n\n".join(f"value_{n} = compute({n})" for n in range(8)) + "\n```"
    text = "Before. " * 60 + "\n\n" + code + "\n\n" + "After. " * 60
    start = text.index("```")

    passages = split(_document(text, blocks=(Block(start, start + len(code), "code"),)))

    assert sum(code in p.text for p in passages) == 1


def test_rows_of_a_csv_are_never_cut():
    rows = [f"Name: Person {n}; City: Oslo; Note: {'likes long walks ' * (n % 9)}".strip() for n in range(80)]
    text = "\n".join(rows)

    passages = split(_document(text, blocks=(Block(0, len(text), "table"),)))

    assert [line.strip() for p in passages for line in p.text.split("\n")] == rows


def test_hidden_spans_are_in_no_passage():
    text = "---\ntitle: x\n---\nSeen.\n<!-- secret -->\nAlso seen."
    secret = text.index("<!--")
    blocks = (Block(0, text.index("Seen"), "hidden"), Block(secret, text.index("Also"), "hidden"))

    assert [p.text for p in split(_document(text, blocks=blocks))] == ["Seen.", "Also seen."]


def test_a_passage_ends_with_its_page_and_links_to_it():
    text = "First page ends.\n\nSecond page starts"

    one, two = split(_document(text, pages=(0, text.index("Second"))))

    assert (one.page, one.url) == (1, "file:///a.md#page=1")
    assert (two.page, two.url) == (2, "file:///a.md#page=2")


def test_a_sentence_that_runs_over_a_page_break_stays_whole():
    text = "Book early. The limit for hotels\nis 180 EUR. Ask first."

    one, two = split(_document(text, pages=(0, text.index("is 180"))))

    assert (one.text, two.text) == ("Book early. The limit for hotels\nis 180 EUR.", "Ask first.")


def test_an_address_that_names_its_place_keeps_it():
    document = _document("# A\ntext", headings=(Heading(0, 1, "A", "a"),))
    row = Document(**{f: getattr(document, f) for f in Document.__slots__} | {"url": "https://x.y/z#_id"})

    assert [p.url for p in split(row)] == ["https://x.y/z#_id"]


def test_a_part_with_an_address_of_its_own_is_linked_by_it():
    text = "Who has the key?\n\nIt lies in the drawer."
    second = text.index("It lies")
    places = ((0, "https://x.y/1"), (second, "https://x.y/2"))
    headings = (Heading(0, 1, ""), Heading(second - 1, 1, ""))
    words = " It lies there since last week, behind the spare lamps, in a box with a red lid." * 4

    passages = split(_document(text + words, places=places, headings=headings))

    assert passages[-1].text.startswith("It lies")
    assert passages[-1].url == "https://x.y/2"


def test_identities_stay_as_long_as_the_text_does():
    before = split(_document("One.\n\nTwo."))
    after = split(_document("One.\n\nTwo."))
    changed = split(_document("One.\n\nTwo!"))

    assert [p.id for p in before] == [p.id for p in after]
    assert {p.id for p in before}.isdisjoint(p.id for p in changed)
