"""The page of footnote play in a real browser: what a person reads, presses and types there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from deploy.chromium.browser import Tab
from model.answer import Answer, Citation, Status
from retrieval.passage import Audience, Passage

pytestmark = pytest.mark.services
QUOTE = "Each parent gets 20 weeks at full pay."
REST = "Weeks can be taken in pieces."
MANIFEST = {
    "features": {
        "slash_commands": [{"command": "/footnote", "description": "Ask", "usage_hint": "ask QUESTION"}],
        "shortcuts": [{"name": "Answer with sources", "type": "message", "callback_id": "answer"}],
        "agent_view": {"suggested_prompts": [{"title": "Ask about leave", "message": "How long is leave?"}]},
    }
}


def reading(name: str, readers: Audience) -> list[Passage]:
    about = {"document": "handbook/leave.md", "source": "handbook", "title": "Leave", "url": name}
    texts = {
        0: ("<b>Who</b> can take it: everybody.\n" * 60, ("Leave", "Who")),
        3000: (f"{QUOTE} {REST}", ("Leave", "Weeks")),
    }
    return [
        Passage(id=f"p{at}", text=text, start=at, end=at + len(text), heading=heading, **about)
        for at, (text, heading) in texts.items()
    ]


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(reading=reading) as running:
        running.install(MANIFEST)
        yield running


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def ada(slack: SlackStandIn) -> str:
    return slack.add_user("ada", is_admin=True)


@pytest.fixture
def channel(slack: SlackStandIn, ada: str) -> str:
    return slack.add_channel("help", ada)


@pytest.fixture
def page(slack: SlackStandIn, channel: str, browser: Callable[[], Tab]) -> Tab:
    tab = browser()
    tab.size(1280, 800)
    tab.goto(slack.url)
    tab.until("document.querySelector('#channels button[aria-current=true]')")
    return tab


def answer() -> Answer:
    dated = datetime(2026, 1, 5, tzinfo=UTC)
    place = {"start": 3000, "end": 3000 + len(QUOTE), "quote": QUOTE, "updated_at": dated}
    about = {"number": 1, "passage": "p3000", "document": "handbook/leave.md", "title": "Leave"}
    cited = Citation(url="file:///srv/leave.md", heading=("Leave",), page=None, **about, **place)
    return Answer("a1", "How long?", Status.ANSWERED, f"{QUOTE} [1]", (cited,), "extract")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action: str, label: str) -> dict[str, Any]:
    pressed = {"type": "button", "action_id": action, "value": "1", "text": plain(label)}
    return {"type": "actions", "elements": [pressed]}


FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "vote",
            "positive_button": {"text": plain("Helpful"), "value": "up"},
            "negative_button": {"text": plain("Not helpful"), "value": "down"},
        }
    ],
}
FORM = {
    "type": "modal",
    "callback_id": "why",
    "title": plain("What was wrong?"),
    "submit": plain("Send"),
    "close": plain("Skip"),
    "blocks": [
        {
            "type": "input",
            "block_id": "reasons",
            "label": plain("Reasons"),
            "element": {
                "type": "checkboxes",
                "action_id": "reasons",
                "options": [{"text": plain("Out of date"), "value": "old"}],
            },
        },
        {
            "type": "input",
            "block_id": "right",
            "optional": True,
            "label": plain("What would be right?"),
            "element": {"type": "plain_text_input", "action_id": "right", "multiline": True},
        },
    ],
}


def pressed(page: Tab, selector: str) -> None:
    page.until(f"document.querySelector({selector!r})")
    page.run(f"document.querySelector({selector!r}).click()")


def test_a_question_is_typed_and_its_number_opens_the_sentence_marked_in_its_document(
    slack: SlackStandIn, client: WebClient, channel: str, page: Tab, browser: Callable[[], Tab]
) -> None:
    page.type("How long is leave?")
    page.key("Enter")
    assert slack.wait_until(lambda: bool(slack.messages(channel)))
    asked = slack.messages(channel)[0]
    cited = slack.library.addressed(answer(), Audience()).citations[0]
    client.chat_postMessage(channel=channel, thread_ts=asked.ts, text=f"{QUOTE} <{cited.url}|[1]>")
    address = page.until("document.querySelector('#replies .body a')?.href")
    document = browser()
    document.size(900, 700)
    document.goto(address)

    assert asked.text == f"<@{slack.bot_user}> How long is leave?"
    assert page.run("document.activeElement.closest('aside') !== null")  # the thread opened, ready to reply
    assert document.run("[...document.querySelectorAll('mark')].map(m => m.textContent)") == [QUOTE]
    place = document.until("document.querySelector('#quote').getBoundingClientRect().top")
    assert 0 < place < 700  # scrolled to, below a long page
    assert document.run("document.querySelector('b')") is None
    assert document.run("[...document.querySelectorAll('h1,h2,h3')].map(h => h.textContent)") == [
        "Leave",
        "Who",
        "Weeks",
    ]


def test_only_what_was_cited_can_be_opened(slack: SlackStandIn, page: Tab) -> None:
    page.goto(f"{slack.url}/read/leave.md")

    assert "no longer there" in page.run("document.body.textContent")


def test_feedback_is_one_press_and_stays_pressed(
    slack: SlackStandIn, client: WebClient, channel: str, page: Tab
) -> None:
    client.chat_postMessage(channel=channel, text="answer", blocks=[section("answer"), FEEDBACK])
    pressed(page, "button[data-value=down]")
    assert slack.wait_until(lambda: bool(slack.interactions))

    assert slack.interactions[0]["actions"][0]["value"] == "down"
    states = "[...document.querySelectorAll('button[data-action=vote]')].map(b => b.ariaPressed)"
    assert page.run(states) == ["false", "true"]


def test_a_modal_is_filled_in_with_the_keyboard_alone(
    slack: SlackStandIn, client: WebClient, ada: str, page: Tab
) -> None:
    client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=FORM)
    page.until("document.querySelector('dialog').open")
    page.run("document.querySelector('#modal-submit').click()")
    told = page.until("document.querySelector('#modal-oops').textContent")
    page.run("document.querySelector('dialog input').focus()")
    page.key("Space")
    page.key("Tab")
    page.type("It is <b>twenty</b> weeks.")
    page.run("document.querySelector('#modal-submit').click()")
    sent = [i for i in slack.interactions if i["type"] == "view_submission"] or (
        slack.wait_until(lambda: any(i["type"] == "view_submission" for i in slack.interactions))
        and [i for i in slack.interactions if i["type"] == "view_submission"]
    )

    assert told == "Please complete this required field: Reasons"
    values = sent[0]["view"]["state"]["values"]
    assert [one["value"] for one in values["reasons"]["reasons"]["selected_options"]] == ["old"]
    assert values["right"]["right"]["value"] == "It is <b>twenty</b> weeks."


def test_what_the_app_says_of_a_modal_stands_beside_its_field_and_escape_closes_it(
    slack: SlackStandIn, client: WebClient, ada: str, page: Tab
) -> None:
    view = client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=FORM)["view"]
    page.until("document.querySelector('dialog').open")
    slack.workspace.views[view["id"]]["errors"] = {"right": "Say it in a sentence."}
    with slack.workspace.changed:
        slack.workspace.note()
    page.until("document.querySelector('dialog .error')")
    described = page.run("document.querySelector('dialog textarea').getAttribute('aria-describedby')")

    assert page.run(f"document.getElementById({described!r}).textContent") == "Say it in a sentence."
    page.key("Escape")
    page.until("!document.querySelector('dialog').open")
    assert slack.modal(ada) is None


def test_the_home_tab_is_drawn_and_its_buttons_work(
    slack: SlackStandIn, client: WebClient, ada: str, page: Tab
) -> None:
    client.views_publish(
        user_id=ada, view={"type": "home", "blocks": [section("*What I know*"), button("ask", "Ask")]}
    )
    pressed(page, "#dms button")
    pressed(page, "#tab-home")
    page.until("document.querySelector('#home strong')")
    pressed(page, "#home button[data-action=ask]")
    assert slack.wait_until(lambda: bool(slack.interactions))

    assert slack.interactions[0]["container"]["type"] == "view"
    assert page.run("document.querySelector('#tab-home').ariaSelected") == "true"


def test_a_command_is_completed_sent_and_one_that_does_not_exist_is_refused(
    slack: SlackStandIn, channel: str, page: Tab
) -> None:
    page.run("document.querySelector('#compose textarea').select()")
    page.type("/footnote status")
    listed = page.until("document.querySelector('.commands:not([hidden]) b').textContent")
    page.key("Enter")
    assert slack.wait_until(lambda: bool(slack.interactions))
    page.until("document.querySelector('#compose textarea').value === '@footnote '")  # ready for the next
    page.run("document.querySelector('#compose textarea').select()")
    page.type("/nothing at all")
    page.key("Enter")

    assert listed == "/footnote"
    assert (slack.interactions[0]["command"], slack.interactions[0]["text"]) == ("/footnote", "status")
    assert "not a command" in page.until("document.querySelector('#oops').textContent")


def test_a_stream_grows_before_ones_eyes_and_can_be_stopped(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str, page: Tab
) -> None:
    root = slack.say(ada, channel, "How long is leave?")
    to = {"recipient_user_id": ada, "recipient_team_id": slack.workspace.team_id}
    client.assistant_threads_setStatus(channel_id=channel, thread_ts=root, status="is searching the handbook")
    line = page.until("document.querySelector('#roots .working span')?.textContent")
    ts = client.chat_startStream(channel=channel, thread_ts=root, markdown_text="Twenty", **to)["ts"]
    pressed(page, "li.message .quiet")
    page.until("document.querySelector('#replies .cursor')?.textContent.includes('Twenty')")
    client.chat_appendStream(channel=channel, ts=ts, markdown_text=" weeks.")
    page.until("document.querySelector('#replies .cursor')?.textContent.includes('Twenty weeks.')")
    pressed(page, "#replies .working button")
    page.until("!document.querySelector('#replies .cursor')")

    assert line == "footnote is searching the handbook"
    assert slack.messages(channel)[1].streaming == ""


def test_asking_and_opening_a_number_take_no_mouse(
    slack: SlackStandIn, client: WebClient, channel: str, page: Tab
) -> None:
    page.type("How long is leave?")
    page.key("Enter")
    assert slack.wait_until(lambda: bool(slack.messages(channel)))
    link = f"{slack.url}/read/x"
    blocks = [section(f"{QUOTE} <{link}|[1]>"), FEEDBACK]
    root = slack.messages(channel)[0].ts
    client.chat_postMessage(channel=channel, thread_ts=root, text=QUOTE, blocks=blocks)
    page.until("document.querySelector('#replies .body a')")
    page.until("document.activeElement.closest('aside')")
    passed = []
    for _ in range(12):
        page.key("Tab", shift=True)
        passed.append(page.run("document.activeElement.ariaLabel || document.activeElement.textContent"))
        if passed[-1] == "[1]":
            break

    assert passed[-1] == "[1]" and "Not helpful" in passed and "React with thumbs up" in passed
    page.key("Escape")
    assert page.until("!document.body.classList.contains('thread')")


def test_one_can_be_somebody_else_and_sees_what_they_see(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str, page: Tab
) -> None:
    ben = slack.add_user("ben")
    slack.join(ben, channel)
    client.chat_postEphemeral(channel=channel, user=ben, text="for Ben alone")
    slack.say(ada, channel, "for all")
    page.until("document.querySelectorAll('li.message').length === 1")
    page.run(f"document.querySelector('#me').value = {ben!r}")
    page.run("document.querySelector('#me').onchange()")
    page.until("document.querySelectorAll('li.message').length === 2")
    page.run("document.querySelector('#compose textarea').focus()")
    page.type("and I?")
    page.key("Enter")
    assert slack.wait_until(lambda: len(slack.messages(channel)) == 3)

    assert slack.messages(channel)[-1].user == ben
    assert page.run("document.querySelector('#me').selectedOptions[0].text") == "ben"


def test_what_was_read_once_is_not_read_out_again(
    slack: SlackStandIn, client: WebClient, channel: str, page: Tab
) -> None:
    client.chat_postMessage(channel=channel, text="first")
    page.until("document.querySelectorAll('li.message').length === 1")
    page.run("document.querySelector('li.message').mine = 1")
    page.run("document.querySelector('li.message .tools button').focus()")
    client.chat_postMessage(channel=channel, text="second")
    page.until("document.querySelectorAll('li.message').length === 2")

    assert page.run("document.querySelector('li.message').mine") == 1
    assert page.run("document.activeElement.ariaLabel") == "React with thumbs up"


def test_reactions_and_shortcuts_are_a_press_on_the_message(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str, page: Tab
) -> None:
    ts = client.chat_postMessage(channel=channel, text="answer")["ts"]
    pressed(page, ".tools button[aria-label='React with thumbs up']")
    page.until("document.querySelector('.pill[aria-pressed=true]')")
    reacted = slack.messages(channel)[0].reactions
    pressed(page, ".pill")
    page.until("!document.querySelector('.pill')")
    tools = "[...document.querySelectorAll('.tools button')]"
    page.run(f"{tools}.find(b => b.textContent === 'Answer with sources').click()")
    assert slack.wait_until(lambda: bool(slack.interactions))

    assert reacted == {"+1": (ada,)}
    assert (slack.interactions[0]["type"], slack.interactions[0]["message"]["ts"]) == ("message_action", ts)


def test_a_suggestion_of_the_app_is_asked_with_one_press(slack: SlackStandIn, ada: str, page: Tab) -> None:
    pressed(page, "#dms button")
    pressed(page, "#prompts button")

    assert slack.wait_until(lambda: bool(slack.messages(slack.dm_channel(ada))))
    assert slack.messages(slack.dm_channel(ada))[0].text == "How long is leave?"


EVIL = "<img src=x onerror=hacked=1> <script>hacked=1</script> [x](javascript:hacked=1) </p><p id=injected>"


def test_nothing_that_was_written_runs_or_becomes_part_of_the_page(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str, page: Tab
) -> None:
    page.run("addEventListener('securitypolicyviolation', () => { window.violated = 1 }) || 1")
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": EVIL}]}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": EVIL}]]}
    every = [
        section(EVIL),
        {"type": "markdown", "text": EVIL},
        {"type": "rich_text", "elements": [rich]},
        table,
    ]
    client.chat_postMessage(channel=channel, text=EVIL, blocks=[*every, button('"><img src=x>', EVIL[:75])])
    slack.say(ada, channel, EVIL)
    slack.share(ada, channel, "see", slack.add_file(ada, EVIL, "x"))
    form = {**FORM, "title": plain("<img src=x>"), "blocks": [section(EVIL), *FORM["blocks"]]}
    client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=form)
    page.until(
        "document.querySelectorAll('li.message').length === 3 && document.querySelector('dialog').open"
    )

    assert page.run("document.querySelectorAll('img, script:not([src]), iframe, #injected').length") == 0
    assert page.run("[...document.links].filter(a => !/^https?:/.test(a.href)).length") == 0
    assert page.run("[window.hacked, window.violated]") == [None, None]
    script = "Object.assign(document.createElement('script'), { textContent: 'hacked=1' })"
    page.run(f"document.body.append({script})")
    assert page.until("window.violated") == 1  # the policy holds where escaping would not
    assert page.run("window.hacked") is None


def test_every_control_has_a_name_for_those_who_do_not_see_it(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str, page: Tab
) -> None:
    root = client.chat_postMessage(channel=channel, text="answer", blocks=[section("a"), FEEDBACK])["ts"]
    client.chat_postMessage(channel=channel, text="reply", thread_ts=root)
    slack.react(ada, channel, root, "+1")
    pressed(page, ".quiet")
    page.until("document.querySelector('#replies .message')")
    client.views_open(trigger_id=slack.shortcut(ada, "ask"), view=FORM)

    def nameless() -> list[str]:
        tree = page.call("Accessibility.getFullAXTree")["nodes"]
        wanted = ("button", "link", "textbox", "combobox", "checkbox", "tab", "dialog", "list")
        seen = [node for node in tree if not node.get("ignored")]
        controls = [node for node in seen if node["role"]["value"] in wanted[:-1]]
        assert len(controls) > 3
        return [node["role"]["value"] for node in controls if not node.get("name", {}).get("value")]

    before = nameless()
    page.until("document.querySelector('dialog').open")
    assert before == nameless() == []
    assert page.run("document.documentElement.lang") == "en"


def test_it_fits_a_telephone_and_is_dark_for_who_wants_that(
    slack: SlackStandIn, client: WebClient, channel: str, page: Tab
) -> None:
    root = client.chat_postMessage(channel=channel, text="answer " + "long" * 60)["ts"]
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "cell " * 9}] * 8] * 2}
    client.chat_postMessage(channel=channel, text="t", thread_ts=root, blocks=[table])
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.run(background)
    page.size(375, 700, dark=True, touch=True)
    seen = "[...document.querySelectorAll('#dms button, #me')].map(e => e.getBoundingClientRect().right)"
    assert 0 < max(page.run(seen)) <= 375  # the direct message and who one is, without a swipe
    pressed(page, ".quiet")
    page.until("document.querySelector('#replies table')")

    assert page.run("document.documentElement.scrollWidth") <= 375
    assert page.run("getComputedStyle(document.querySelector('main')).display") == "none"
    assert page.run(background) != light
    page.key("Escape")
    page.until("getComputedStyle(document.querySelector('main')).display !== 'none'")
    assert page.run("document.documentElement.scrollWidth") <= 375
