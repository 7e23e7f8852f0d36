"""What a page shows of a document: its lists and tables as such, and marked what is quoted, to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random

import pytest

from bot.pages.chat import Source
from bot.pages.context import stretches
from bot.pages.drawn import drawn
from bot.pages.markdown import Block, Span, blocks
from bot.pages.visit import Page
from model.answer import Citation
from retrieval.passage import Passage

TABLE = """Who stays longer gets more.

| situation | paid weeks |
|---|--:|
| birth, each parent | **20** |
| adoption | 20 |
"""
MARKUP = (
    *("**", "*", "__", "_", "`", "```\n", "\\", "|", " | ", "|---|---|\n", "[", ")", "](https://x.y)"),
    *("\n", "\n\n", "- ", "\n- ", "  ", "\n  - ", "1. ", "> ", "\n> ", "# ", "\n## ", "<br>", "***\n", "<b>"),
)


def spans(some: Iterable[Block]) -> Iterator[Span]:
    """All of them, in the order of reading."""
    for one in some:
        yield from one.spans
        for cell in (cell for row in one.rows for cell in row):
            yield from cell
        for item in one.items:
            yield from spans(item)


def said(some: Iterable[Span]) -> str:
    return "".join(one.text for one in some)


def passage(text: str, start: int = 0, **more: object) -> Passage:
    given = {"document": "kb/leave.md", "heading": ("Leave",), **more}
    return Passage(f"p{start}", source="kb", title="Leave", text=text, start=start, end=start + len(text),
                   url="", **given)  # type: ignore[arg-type]  # fmt: skip


def html(*passages: Passage, quote: str) -> str:
    """The page that shows the quote, without what is around the document."""
    at = passages[0].text.index(quote)
    cited = Citation.of(passages[0], 1, (at, at + len(quote)))
    shown = {"source": Source(cited, "", "", "/"), "answer": "a", "lines": False}
    shown |= {"stretches": stretches(passages, range(cited.start, cited.end))}
    page = drawn(Page("passage.html", shown), "en", lang="en", menu=(), token="", here="")
    return page.partition('<div class="document">')[2].partition("</main>")[0]


@pytest.mark.parametrize("markdown", [True, False])
def test_whatever_stands_in_a_document_each_letter_is_shown_once_in_order_and_marked_where_it_is_quoted(
    markdown: bool,
) -> None:
    seed = Random().randrange(2**32)
    print(f"seed {seed}")
    random = Random(seed)
    for _ in range(200):
        letters = iter(range(0x4E00, 0x9FFF))
        parts = [
            random.choice(MARKUP) if random.random() < 0.5 else chr(next(letters)) + random.choice(("", " "))
            for _ in range(random.randrange(60))
        ]
        text = "".join(parts)
        begin = random.randrange(len(text) + 1)
        quoted = range(begin, random.randint(begin, len(text)))
        shown = list(spans(blocks(text, quoted, markdown=markdown)))
        marked = said(one for one in shown if one.marked)

        assert [one for one in said(shown) if one >= "\u4e00"] == [one for one in text if one >= "\u4e00"], (
            text
        )
        assert [one for one in marked if one >= "\u4e00"] == [
            one for one in text[quoted.start : quoted.stop] if one >= "\u4e00"
        ], text


def test_what_stands_behind_a_fence_is_shown_unless_it_names_the_language() -> None:
    def said(text: str) -> str:
        (code,) = blocks(text, range(0), markdown=True)
        return "".join(one.text for one in code.spans)

    assert said("```python\nprint()\n```").strip() == "print()"
    assert said("``` never run this\nprint()\n```").split("\n")[0].strip() == "never run this"


def test_a_quote_that_runs_into_a_table_is_marked_in_its_cells_and_the_table_is_one() -> None:
    page = html(passage(TABLE), quote="gets more.\n\n| situation | paid weeks |\n|---|--:|\n| birth, each")

    assert '<p>Who stays longer <mark id="quote">gets more.</mark></p>' in page
    assert '<th scope="col"><mark>situation</mark></th><th scope="col"><mark>paid weeks</mark></th>' in page
    assert "<td><mark>birth, each</mark> parent</td><td><strong>20</strong></td>" in page
    assert "|" not in page


def test_a_table_that_is_cut_over_passages_is_one_table_with_its_columns_named_once() -> None:
    first, second = TABLE.partition("| adoption")[0].strip(), TABLE[TABLE.index("| adoption") :].strip()
    head = "| situation | paid weeks |"
    one = passage(first, gap="\n")
    two = passage(second, start=len(first) + 1, lead=head)

    assert html(one, two, quote="birth").count("<table>") == 1
    assert html(one, two, quote="birth").count("situation") == 1
    assert re.search(
        r"<th scope=\"col\">situation.*<td><mark id=\"quote\">adoption", html(two, quote="adoption"), re.S
    )


def test_lists_headings_code_and_quotations_are_shown_as_such() -> None:
    text = "## How\n\n1. Ask\n   - the *lead*\n   - the desk\n2. Wait\n\n> Two `days`.\n\n```\na | <b>\n```\n"
    page = re.sub(r">\s+<", "><", html(passage(text), quote="Ask"))

    assert "<h3>How</h3>" in page
    assert (
        '<ol><li><mark id="quote">Ask</mark><ul><li>the <em>lead</em></li><li>the desk</li></ul></li>' in page
    )
    assert "<blockquote><p>Two <code>days</code>.</p></blockquote>" in page
    assert "<code>a | &lt;b&gt;</code>" in page


def test_nothing_in_a_document_becomes_markup_of_ours_or_leads_anywhere() -> None:
    text = (
        '<script>x</script> [here](javascript:alert) [form](https://evil.example/"onclick=) ![](x.png) Ask.'
    )
    page = html(passage(text), quote="Ask")

    assert "&lt;script&gt;x&lt;/script&gt; here form" in page
    assert "(https://evil.example/&#34;onclick=)" in page
    assert not re.search(r"<script|<a |<img|href|src", page)


def test_of_what_is_no_markdown_only_items_and_rows_are_read_and_the_rest_is_as_it_stands() -> None:
    text = "Call *0 or __main__.\n# 3 is the desk\n\n- one\n- two\n\nDay | Open\nMonday | 8\n"
    (page,) = stretches([passage(text, document="kb/desk.txt")])
    first, items, rows = page.blocks

    assert said(first.spans) == "Call *0 or __main__.\n# 3 is the desk"
    assert [said(spans(one)) for one in items.items] == ["one", "two"]
    assert [[said(cell) for cell in row] for row in rows.rows] == [["Day", "Open"], ["Monday", "8"]]


def test_code_that_a_passage_begins_within_is_code_up_to_its_end() -> None:
    (page,) = stretches([passage("b = 2\n```\n\nThen *run* it.", 40)])

    assert [(one.kind, said(one.spans)) for one in page.blocks] == [("code", "b = 2"), ("p", "Then run it.")]


def kinds(text: str, start: int = 0) -> list[tuple[str, str]]:
    (page,) = stretches([passage(text, start)])
    return [(one.kind, said(one.spans)) for one in page.blocks]


@pytest.mark.parametrize("start", [0, 40])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```\n*a*\n\n# b\n- c", "*a*\n\n# b\n- c"),
        ("~~~ sh\n```\n\n*a*", "```\n\n*a*"),
        ("````\n```\n\n*a*\n    ````\nb", "```\n\n*a*\n    ````\nb"),
    ],
)
def test_code_that_nothing_closes_is_code_up_to_the_end(text: str, code: str, start: int) -> None:
    assert kinds(f"Ask *twice*.\n{text}", start) == [("p", "Ask twice."), ("code", code)]


def test_code_that_nothing_closes_does_not_take_what_stands_before_it() -> None:
    assert kinds("Ask *twice*.\n\n```\n\nb = 2") == [("p", "Ask twice."), ("code", "\nb = 2")]
    first, second = passage("Ask."), passage("Wait.\n```\n\nb = 2", 5, heading=("Wait",))
    assert [one.kind for page in stretches([first, second]) for one in page.blocks] == ["p", "p", "code"]


def test_code_within_a_line_that_it_begins_is_no_block_and_nothing_of_it_is_lost() -> None:
    assert kinds("```get pods``` lists *them*.\n\nThen wait.") == [
        ("p", "get pods lists them."),
        ("p", "Then wait."),
    ]


def test_a_document_of_nothing_but_signs_is_read_at_once() -> None:
    for sign in ("> ", "- ", "*", "__", "[", "](", "`", "|", "\\", "- > ", "1. ", "\t", "x|y\n"):
        assert blocks(sign * 5_000, range(9), markdown=True) is not None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("# Plan ##", "Plan"),
        ("# C#", "C#"),
        ("## ##", ""),
        ("# Plan" + " " * 3000 + "v2", "Plan" + " " * 3000 + "v2"),  # hours for an expression that is cubic
    ],
)
def test_a_heading_has_its_words_without_the_signs_that_close_it(line: str, words: str) -> None:
    [heading] = blocks(line, range(0), markdown=True)

    assert (heading.kind, said([*heading.spans])) == ("heading", words)


def test_the_later_part_of_a_table_of_one_column_shows_no_rule() -> None:
    assert "-|-" not in html(passage("x\ny", 40, lead="Name"), quote="y")
