"""An answer as Slack shows it: within its limits, with its sources, nothing live that we did not make."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import PART, Look, plain, render, streamed
from bot.blocks.modals import quoted, why
from bot.blocks.sources import QUOTES
from bot.events.votes import REASONS
from bot.play.slack_blocks import VIEW_BLOCKS, complaints, text_length
from bot.play.slack_text import buttons, links, markdown_spans, message_pieces, shown, spans
from bot.posting.post import Message
from model.answer import Answer, Citation, Near, Status

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LOOK = Look(now=NOW)
LEAVE = Citation(
    1, "p", "d", "Parental leave", "https://d.example/leave#weeks", ("Leave", "Weeks"), 3, 0, 9,
    "It is 26 weeks.", datetime(2026, 9, 1, tzinfo=UTC),
)  # fmt: skip
ANSWER = Answer("a1", "q", Status.ANSWERED, "It is **26** weeks. [1]", (LEAVE,), "extract")
NEAREST = tuple(Near(f"Page {n}", f"https://d.example/{n}", "handbook") for n in range(3))
NOTHING = replace(ANSWER, status=Status.NOT_FOUND, text="I did not find it.", citations=(), nearest=NEAREST)
HOSTILE = st.text(alphabet="a<>&@!#[1]()*`|\\~_: \n.-/", max_size=400) | st.lists(
    st.sampled_from([
        "<!channel>", "<@U1>", "<#C1>", "&lt;!here&gt;", "http://evil.example/b", "https://e.example", "[x](",
        ")", "[1]", "[2]", "[x]:", "![", "](http://e.example)", "`", "**", "\n", " ", "|", "| a | b |\n", "<",
        "evil.example/x?q=1", "a@e.example", "mailto:a@e.example", "://", "http:", "//e.example", "\\", "!",
        "|---|---|\n", "```", "<https://e.example|x>", "word", "a" * 50,
    ]),
    max_size=40,
).map("".join)  # fmt: skip


def words(answer: Answer, look: Look = LOOK) -> str:
    return "\n".join(shown("", m.blocks) for m in render(answer, look))


def pressed(message: Message) -> dict[str, str]:
    return {button.label: button.action_id for button in buttons(message.blocks)}


def live(message: Message) -> list[str]:
    """What pings somebody in the blocks, and in the text alone."""
    every = [*message_pieces("", message.blocks), *message_pieces(message.text, ())]
    return [span.mention for piece in every for span in spans(piece) if span.mention]


def linked(message: Message) -> set[str]:
    return {link.url for link in [*links("", message.blocks), *links(message.text, ())]}


def test_a_source_shows_number_title_place_and_age_in_a_line() -> None:
    assert "[1] Parental leave · Leave > Weeks · page 3 · updated 2 months ago" in words(ANSWER)
    assert "the letter" not in words(replace(ANSWER, citations=(replace(LEAVE, quote="the letter"),)))


def test_its_quote_is_one_press_away() -> None:
    [message] = render(ANSWER, LOOK)
    [button] = [b for b in buttons(message.blocks) if b.action_id == QUOTES]

    view = quoted(button.value)

    assert button.label == "Show the quotes" and view["title"]["text"] == "What the sources say"
    assert shown("", view["blocks"]) == "[1] Parental leave\nIt is 26 weeks."
    assert len(view["title"]["text"]) <= 24 and complaints(view["blocks"], VIEW_BLOCKS) == []


def test_many_long_quotes_are_shared_among_buttons() -> None:
    citations = tuple(replace(LEAVE, number=n, quote=f"{n} says " + "so " * 400) for n in range(1, 15))
    found = [b for m in render(replace(ANSWER, citations=citations), LOOK) for b in buttons(m.blocks)]
    carrying = [b for b in found if b.action_id.startswith(QUOTES)]

    assert [b.label for b in carrying] == ["Quotes 1 to 6", "Quotes 7 to 12", "Quotes 13 to 14"]
    assert all(len(b.value) <= 2000 for b in carrying)
    said = "\n".join(shown("", quoted(b.value)["blocks"]) for b in carrying)
    assert all(f"{n} says so so" in said for n in range(1, 15))


def test_a_button_that_carries_nothing_readable_says_so() -> None:
    assert shown("", quoted("{}")["blocks"]) == "These quotes are no longer there."


def test_markers_and_titles_link_to_the_source_and_nothing_else_does() -> None:
    found = [
        link.url
        for m in render(replace(ANSWER, text="See [x](http://e.example) http://e.example [1] [7]"), LOOK)
        for link in links("", m.blocks)
    ]

    assert set(found) == {LEAVE.url} and len(found) == 2


def test_a_file_is_named_by_the_end_of_its_path_and_is_no_link() -> None:
    [message] = render(
        replace(ANSWER, citations=(replace(LEAVE, url="file:///srv/secret/handbook/leave.md#weeks"),)), LOOK
    )

    assert links("", message.blocks) == [] and "handbook/leave.md" in shown("", message.blocks)
    assert "/srv" not in json.dumps(message.blocks) + message.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://x.example/a b", "https://x.example/<!here>", "https://x/" + "a" * 4000],
)
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    citation = replace(LEAVE, url=url)
    [message] = render(replace(ANSWER, citations=(citation,)), LOOK)

    assert links("", message.blocks) == []
    assert streamed("It is so. [1]", [citation]) == "It is so. [1]"


def test_the_plain_text_says_all_of_it() -> None:
    [message] = render(replace(ANSWER, notice="The model is away.", writer="handbook-1"), LOOK)

    for part in ("26", "[1]", "Sources", "Parental leave", "page 3", "The model is away.", "AI-made"):
        assert part in message.text
    assert "**" not in message.text


def test_a_host_that_is_called_as_a_file_is_leads_nowhere() -> None:
    text = "Read //main.py and //evil.md. [1]"
    [message] = render(replace(ANSWER, text=text), LOOK)

    assert "Read //`main.py` and //`evil.md`." in message.text and linked(message) == {LEAVE.url}
    assert streamed(text, []).startswith("Read //`main.py` and //`evil.md`.")


def test_an_address_in_plain_text_leads_nowhere() -> None:
    [message] = render(replace(ANSWER, text="Go to http://evil.example/a?q=http://b.example now. [1]"), LOOK)

    assert "`evil.example/a?q=b.example`" in message.text and linked(message) == {LEAVE.url}


def test_each_answer_is_labelled_by_who_wrote_it() -> None:
    writers = ("extract", "tables", "handbook-1")
    quoted, counted, written = (render(replace(ANSWER, writer=w), LOOK)[-1].text for w in writers)

    assert "quoted word for word" in quoted
    assert "read or counted in tables" in counted
    assert "AI-made" in written


def test_a_failure_cannot_be_voted_on() -> None:
    [failure] = render(replace(NOTHING, status=Status.FAILED, nearest=()), LOOK)

    assert [b["type"] for b in failure.blocks] == ["rich_text"]


@pytest.mark.parametrize("status", [Status.SMALL_TALK, Status.CLARIFY])
def test_what_is_no_answer_has_neither_sources_nor_votes(status: Status) -> None:
    [message] = render(Answer("a1", "hi", status, "Hello! Ask me something."), replace(LOOK, owner="U7"))

    assert [b["type"] for b in message.blocks] == ["rich_text"]


def test_what_is_not_found_shows_the_nearest_pages_and_whom_to_ask() -> None:
    [message] = render(NOTHING, replace(LOOK, owner="U7"))

    assert "The nearest pages I know:\n• Page 0\n• Page 1\n• Page 2" in shown("", message.blocks)
    assert "• Page 2" in message.text and "Sources" not in message.text
    assert {link.url for link in links("", message.blocks)} == {page.url for page in NEAREST}
    assert list(pressed(message)) == ["Ask the owner", "Helpful", "Not helpful"]


def test_without_an_owner_nobody_can_be_asked() -> None:
    assert "Ask the owner" not in pressed(render(NOTHING, LOOK)[0])


def test_in_a_direct_message_the_owner_is_named() -> None:
    [message] = render(NOTHING, replace(LOOK, owner="U7", direct=True))

    assert "Ask the owner" not in pressed(message) and "@U7" in shown("", message.blocks)


def test_what_only_one_person_sees_can_be_shared() -> None:
    [message] = render(ANSWER, replace(LOOK, share=True))

    assert pressed(message)["Share here"] == "footnote_do_share"


def test_everything_around_an_answer_is_in_the_readers_language() -> None:
    [message] = render(ANSWER, Look("de-DE", NOW))

    assert "It is 26 weeks. [1]" in message.text
    for part in ("Quellen", "Seite 3", "geändert vor 2 Monaten", "Von KI gefunden"):
        assert part in message.text
    assert list(pressed(message)) == ["Zitate zeigen", "Hilfreich", "Nicht hilfreich"]


def test_a_long_answer_is_split_after_sentences_and_ends_with_all_its_sources() -> None:
    text = " ".join(f"Sentence number {n} says something useful. [1]" for n in range(200))
    citations = tuple(replace(LEAVE, number=n, quote="A long quote. " * 60) for n in range(1, 7))

    *first, last = render(replace(ANSWER, text=text, citations=citations), LOOK)

    cut = [m.text.split("\n")[0] for m in first]
    assert len(first) >= 2 and all(text.endswith("[1]") for text in cut)
    assert all(f"[{n}] Parental leave" in "".join(m.text for m in (*first, last)) for n in range(1, 7))
    assert [b["type"] for m in (*first, last) for b in m.blocks].count("context_actions") == 1
    assert last.blocks[-1]["type"] == "context_actions"


def test_lists_stay_lists() -> None:
    [message] = render(replace(ANSWER, text="Do this:\n- pack\n- go [1]\n\n1. one\n2. two"), LOOK)

    lists = [e for b in message.blocks for e in b.get("elements", []) if e.get("type") == "rich_text_list"]
    assert [(e["style"], len(e["elements"])) for e in lists] == [("bullet", 2), ("ordered", 2)]


def tables(messages: list[Message]) -> list[Any]:
    return [b for m in messages for b in m.blocks if b["type"] == "table"]


@pytest.mark.parametrize("between", ["|:--|--:|\n", "\n"])
def test_a_table_is_a_table_and_aligned_text(between: str) -> None:
    rows = f"| Country | Rate |\n{between}| Germany | 28 | [1]\n| France | **40** [1] |"
    messages = render(replace(ANSWER, text=f"Rates: [1]\n\n{rows}\n\nYes. [1]"), LOOK)

    [table] = tables(messages)
    assert shown("", [table]).split("\n")[1:] == ["Germany | 28 [1]", "France | 40 [1]"]
    assert "Country | Rate\nGermany | 28 [1]\nFrance  | 40 [1]" in messages[0].text
    head = table["rows"][0][0]["elements"][0]["elements"][0]
    assert head == {"type": "text", "text": "Country", "style": {"bold": True}}
    assert LEAVE.url in {link.url for link in links("", [table])}


def test_a_single_row_is_a_line() -> None:
    [message] = render(replace(ANSWER, text="| Germany | 28 EUR | [1]"), LOOK)

    assert tables([message]) == [] and "Germany · 28 EUR [1]" in message.text


def test_a_long_table_goes_on_with_its_head() -> None:
    rows = "\n".join(f"| Country number {n} | {n} EUR |" for n in range(250))
    messages = render(replace(ANSWER, text=f"| Country | Rate |\n|---|---|\n{rows}"), LOOK)

    found = tables(messages)
    assert len(found) >= 3 and sum(len(t["rows"]) - 1 for t in found) == 250
    assert all(len(t["rows"]) <= 100 for t in found)
    assert {shown("", [{**t, "rows": t["rows"][:1]}]) for t in found} == {"Country | Rate"}


def test_what_is_too_wide_for_a_table_stays_text() -> None:
    [message] = render(replace(ANSWER, text="\n".join("|" + "a|" * 21 for _ in range(3))), LOOK)

    assert tables([message]) == []


def test_a_streamed_sentence_is_markdown_with_its_markers_as_links() -> None:
    assert streamed(" It is **26** weeks. [1]", [LEAVE]) == f" It is **26** weeks. [[1]]({LEAVE.url})"
    assert streamed("| A | B |\n|---|---|\n| a | b [1] |", [LEAVE]).split("\n")[1] == "| --- | --- |"
    assert streamed("See evil.example <!here>", []) == "See `evil.example` &lt; !here&gt;"


def test_why_is_asked_with_reasons_and_room_for_a_correction() -> None:
    view = why("a1", "de")

    assert view["private_metadata"] == "a1" and complaints(view["blocks"], VIEW_BLOCKS) == []
    assert [o["value"] for o in view["blocks"][1]["element"]["options"]] == list(REASONS)
    assert all(len(view[part]["text"]) <= 24 for part in ("title", "submit", "close"))
    assert all(block.get("optional", True) for block in view["blocks"])
    assert "Es wird nirgends veröffentlicht." in shown("", view["blocks"])


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    text=st.text(max_size=200).map(lambda t: t * 40) | HOSTILE | HOSTILE.map(lambda t: t * 20),
    title=st.text(max_size=300) | HOSTILE,
    quote=st.text(max_size=900) | HOSTILE,
    count=st.integers(0, 45),
)
def test_whatever_is_in_an_answer_slack_takes_it_and_nothing_in_it_is_live(
    text: str, title: str, quote: str, count: int
) -> None:
    citations = tuple(
        replace(LEAVE, number=n, title=title, quote=quote, heading=(title,)) for n in range(1, count + 1)
    )
    nearest = tuple(replace(page, title=title) for page in NEAREST)
    answer = replace(ANSWER, text=text, citations=citations, nearest=nearest, notice=quote)

    for message in render(answer, LOOK):
        assert complaints(list(message.blocks)) == []
        assert text_length(message.blocks) <= 12_000 and len(message.text) <= 4_000 and message.text.strip()
        assert linked(message) <= {LEAVE.url, *(page.url for page in NEAREST)}
        assert live(message) == [] and "<" not in message.text
        for button in (b for b in buttons(message.blocks) if b.action_id.startswith(QUOTES)):
            view = quoted(button.value)
            assert len(button.value) <= 2000 and complaints(view["blocks"], VIEW_BLOCKS) == []
            assert (links("", view["blocks"]) == [] and len(view["blocks"]) == min(6, count)) or count > 6


@settings(derandomize=True, max_examples=200, deadline=None)
@given(text=HOSTILE | st.text(max_size=300), cut=st.integers(0, 400))
def test_whatever_is_streamed_in_whatever_pieces_nothing_in_it_is_live(text: str, cut: int) -> None:
    sent = streamed(text[:cut], [LEAVE]) + streamed(text[cut:], [LEAVE])

    found = list(markdown_spans(sent))
    assert {span.url for span in found if span.url} <= {LEAVE.url}
    assert [span.mention for span in found if span.mention] == []


def test_the_placeholder_is_words() -> None:
    assert plain("<!here> a & b").text == "&lt;!here&gt; a &amp; b"


def test_parts_are_no_longer_than_they_may_be() -> None:
    assert PART < 4_000
