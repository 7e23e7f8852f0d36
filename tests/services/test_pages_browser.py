"""The product's own pages in a real browser: by keyboard, without JavaScript, and as axe-core sees them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.play.slack import SlackStandIn
from bot.play.slack_openid import CLIENT_ID, CLIENT_SECRET
from bot.settings import load
from bot.wiring.pages import opened
from deploy.axe.script import script
from deploy.chromium.browser import Tab
from deploy.ports import free
from docs.pages import PAGES, asked, staged

pytestmark = pytest.mark.services
LOOKS = {"light": {}, "dark": {"dark": True}, "phone": {"width": 390, "height": 800, "touch": True}}


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory, alone: Callable[[Path], object]) -> Iterator[str]:
    """The pages on the example handbook, after some weeks."""
    home = tmp_path_factory.mktemp("pages-home")
    with alone(home), staged(home) as found:  # type: ignore[attr-defined]
        yield found


@pytest.fixture(scope="module")
def signed_in(browser: Callable[[], Tab], link: str) -> tuple[Tab, str, str]:
    """A tab that is signed in, where the pages begin, and the passage behind an answer."""
    tab = browser()
    tab.size(1100, 800)
    note = asked(tab, link)
    return tab, link.partition("/in")[0], note.partition("#")[0]


@pytest.fixture(scope="module")
def axe(missing: Callable[[str], None]) -> str:
    try:
        return script().read_text(encoding="utf-8")
    except RuntimeError as error:
        missing(str(error))
        raise


def every(start: str, note: str) -> dict[str, str]:
    """Each page by its name."""
    pages = {name: f"{start}/{path}" for name, path in PAGES.items()}
    return {**pages, "answer": note.rpartition("/")[0], "passage": note, "lost": f"{start}/nowhere"}


def sent(tab: Tab, question: str) -> None:
    tab.run("document.querySelector('#question').focus()")
    tab.type(question)
    tab.key("Enter")
    # Complete, not only there: the question is remembered by a script that runs when all of it has come.
    tab.until("document.readyState === 'complete' && document.querySelector('.answer')", 90)


def findings(tab: Tab, axe: str) -> list[tuple[str, str]]:
    """What axe-core finds serious or critical on the page: the rule, and the first element."""
    tab.run(f"(() => {{ {axe}; return true }})()")
    told = tab.run("axe.run({resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))")
    return [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in json.loads(told)
        if one["impact"] in ("serious", "critical")
    ]


def test_axe_finds_what_keeps_people_out(signed_in: tuple[Tab, str, str], axe: str) -> None:
    tab, start, _ = signed_in
    tab.goto(f"{start}/")
    tab.run("document.querySelector('main').innerHTML = '<img src=mark.svg><input>'")

    assert {rule for rule, _ in findings(tab, axe)} == {"image-alt", "label"}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_has_no_serious_finding_on_any_page(signed_in: tuple[Tab, str, str], axe: str, look: str) -> None:
    tab, start, note = signed_in
    tab.size(**{"width": 1100, "height": 800, **LOOKS[look]})
    found = {}
    for name, url in every(start, note).items():
        tab.goto(url)
        found[name] = findings(tab, axe)

    assert {name: some for name, some in found.items() if some} == {}
    assert len(found) == len(PAGES) + 3


def test_no_page_is_wider_than_a_telephone_nor_loads_anything_from_elsewhere(
    signed_in: tuple[Tab, str, str],
) -> None:
    tab, start, note = signed_in
    tab.size(390, 800, touch=True)
    wide, elsewhere = {}, set[str]()
    for name, url in every(start, note).items():
        tab.goto(url)
        wide[name] = tab.run("document.documentElement.scrollWidth")
        elsewhere |= set(tab.run("performance.getEntriesByType('resource').map(one => one.name)"))

    assert max(wide.values()) <= 390, wide
    assert [one for one in elsewhere if not one.startswith(start)] == []


def test_on_a_telephone_the_plot_of_votes_is_there_whole_with_its_words_as_large_as_those_around(
    signed_in: tuple[Tab, str, str],
) -> None:
    tab, start, _ = signed_in
    tab.size(390, 800, touch=True)
    tab.goto(f"{start}/votes")
    boxes = "[...document.querySelectorAll('.picture svg text')].map(one => one.getBoundingClientRect())"
    left, right, low = json.loads(
        tab.run(
            f"(all => JSON.stringify([Math.min(...all.map(b => b.left)), Math.max(...all.map(b => b.right)),"
            f" Math.min(...all.map(b => b.height))]))({boxes})"
        )
    )

    assert left >= 0 and right <= 390
    assert low >= 12
    assert tab.run("(one => one.scrollWidth <= one.clientWidth)(document.querySelector('.picture'))")


def test_a_footnote_opens_the_quote_in_its_document_and_leads_back_to_the_question(
    signed_in: tuple[Tab, str, str],
) -> None:
    tab, start, _ = signed_in
    tab.size(1100, 800)
    tab.goto(f"{start}/")
    sent(tab, "How long is parental leave?")
    tab.run("document.querySelector('a.note').click()")
    tab.until("document.readyState === 'complete' && document.querySelector('#quote')")
    seen = tab.run(
        "(r => r.top >= 0 && r.bottom <= innerHeight)"
        "(document.querySelector('#quote').getBoundingClientRect())"
    )
    words = tab.run("document.querySelector('.document').innerText")
    tab.run("document.querySelector('main a').click()")
    tab.until("document.querySelector('#asked')?.textContent.includes('parental leave')")

    assert seen
    assert "Who can take it" in words
    assert tab.run("location.pathname.startsWith('/answers/')")
    assert tab.run("document.querySelector('.ask [name=earlier]').value") == "How long is parental leave?"


def test_all_of_it_works_by_keyboard(signed_in: tuple[Tab, str, str]) -> None:
    tab, start, _ = signed_in
    tab.goto(f"{start}/")
    tab.key("Tab")
    skip = tab.run("document.activeElement.className")
    tab.key("Enter")
    tab.key("Tab")
    field = tab.run("document.activeElement.id")
    tab.type("How long is parental leave?")
    tab.key("Enter")
    tab.until("document.readyState === 'complete' && document.querySelector('.answer')", 90)
    for _ in range(30):
        tab.key("Tab")
        if tab.run("document.activeElement.className") == "note":
            break
    tab.key("Enter")

    assert (skip, field) == ("skip", "question")
    assert tab.until("document.querySelector('#quote')")


def test_asking_reading_and_voting_need_no_javascript(
    browser: Callable[[], Tab], signed_in: tuple[Tab, str, str]
) -> None:
    _, start, _ = signed_in
    tab = browser()
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.goto(f"{start}/")
    tab.run("document.querySelector('#question').value = 'How long is parental leave?'")
    tab.run("document.querySelector('.ask').submit()")
    tab.until("document.readyState === 'complete' && document.querySelector('.answer')", 90)
    asked_ = tab.run("document.querySelector('#asked').textContent")
    note = tab.run("document.querySelector('a.note').href")
    tab.run("document.querySelector('.votes button[value=down]').click()")
    tab.until("document.querySelector('fieldset')")
    tab.run("document.querySelector('[value=outdated]').checked = true")
    tab.run("document.querySelector('.filled').submit()")
    tab.until("document.querySelector('[role=status]')")
    tab.goto(note)

    assert asked_ == "How long is parental leave?"
    assert tab.run("document.querySelector('#quote').textContent")


def test_a_source_that_is_read_is_followed_without_a_reload(signed_in: tuple[Tab, str, str]) -> None:
    tab, start, _ = signed_in
    tab.size(1100, 800)
    tab.call("Page.bringToFront")  # a page that nobody sees asks for nothing
    tab.goto(f"{start}/sources")
    before = tab.run("document.querySelector('tbody tr').innerText")
    tab.run("document.querySelector('tbody button').click()")
    tab.until("document.querySelector('tbody')?.innerText.includes('being read now')")
    tab.run("window.same = true")
    tab.until("document.querySelector('tbody').innerText.includes('up to date')", 240)

    assert "up to date" in before
    assert tab.run("window.same")


def test_somebody_signs_in_with_slack_and_out_again(browser: Callable[[], Tab], tmp_path: Path) -> None:
    port = free()
    with SlackStandIn() as slack:
        slack.install({"oauth_config": {"redirect_urls": [f"http://127.0.0.1:{port}/in"]}})
        slack.add_channel("help", slack.add_user("ada"))
        settings = load(
            _env_file=None, home=tmp_path, pages_url=f"http://127.0.0.1:{port}", pages_port=port,
            slack_bot_token=slack.bot_token, slack_api_url=slack.api_url,
            slack_client_id=CLIENT_ID, slack_client_secret=CLIENT_SECRET,
        )  # fmt: skip
        tab = browser()
        with opened(settings, lambda _: []):
            tab.goto(f"http://127.0.0.1:{port}/")
            tab.run("document.querySelector('a.button').click()")
            tab.until("document.querySelector('li a')?.textContent === 'ada'")
            tab.run("document.querySelector('li a').click()")
            tab.until("document.querySelector('#question')")
            menu = tab.run("[...document.querySelectorAll('nav a')].map(one => one.textContent)")
            tab.run("document.querySelector('.top form button').click()")
            tab.until("document.querySelector('a.button')")
            tab.goto(f"http://127.0.0.1:{port}/")
            out = tab.run("location.pathname")
    wiring._engine.cache_clear()

    assert menu == ["Ask"]
    assert out == "/in"
