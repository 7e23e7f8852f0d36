"""Which document people mean by a link that they copied somewhere."""

from __future__ import annotations

from datetime import datetime

import pytest

from retrieval.copied import addresses, meant, only
from retrieval.passage import FootnoteError
from retrieval.rows import Forgotten, aware
from retrieval.sources.web.addresses import untracked

WIKI = "https://wiki.example/pay?id=7"
ROOT = "https://acme.example/archives/C1/p1764140000000100"


def known(*urls: str) -> list[Forgotten]:
    return [Forgotten(f"wiki/{n}", url, aware(datetime(2026, 3, 2))) for n, url in enumerate(urls)]


@pytest.mark.parametrize(
    "link",
    [
        f"{WIKI}&utm_source=slack&utm_medium=chat",
        "https://wiki.example/pay?gclid=x1&id=7",
        f"{WIKI}&fbclid=abc#salaries",
        f"{WIKI}#salaries",
        "HTTPS://Wiki.Example:443/pay?id=7",
    ],
)
def test_what_a_link_picked_up_on_its_way_does_not_count(link: str) -> None:
    found = meant(known(WIKI, "https://wiki.example/pay?id=8"), link)

    assert [one.url for one in found] == [WIKI]


def test_what_tells_two_pages_apart_is_never_taken_for_tracking() -> None:
    assert untracked("https://wiki.example/pay?id=7&page=2#end") == "https://wiki.example/pay?id=7&page=2#end"
    assert meant(known(WIKI), "https://wiki.example/pay?id=8&utm_source=slack") == []


def test_the_link_of_a_reply_means_its_thread() -> None:
    reply = "https://acme.example/archives/C1/p1764140099000200?thread_ts=1764140000.000100&cid=C1"

    assert ROOT in addresses(reply)
    assert [one.url for one in meant(known(ROOT, f"{ROOT[:-1]}9"), reply)] == [ROOT]


@pytest.mark.parametrize(
    "odd", ["", "#", "?", "http://[", "wiki/hr#pay", "https://x/archives/C1/p1?thread_ts=x"]
)
def test_no_link_is_too_odd(odd: str) -> None:
    assert meant(known(WIKI), odd) == []


def test_a_link_that_fits_several_documents_takes_none_and_names_them() -> None:
    pages = known(*(f"{WIKI}#{n}" for n in range(12)))

    with pytest.raises(FootnoteError, match=r"wiki/0, wiki/1, .* and 2 more"):
        meant(pages, f"{WIKI}#elsewhere")
    assert meant(pages, f"{WIKI}#3") == [pages[3]]


def test_a_name_that_is_shown_steers_no_terminal() -> None:
    odd = [Forgotten(f"wiki/{n}\x1b[2J", f"{WIKI}#{n}", aware(datetime(2026, 3, 2))) for n in "ab"]

    with pytest.raises(FootnoteError) as error:
        meant(odd, f"{WIKI}#c")

    assert "\x1b" not in str(error.value) and "wiki/a [2J" in str(error.value)


def test_one_document_in_several_tables_is_one_document() -> None:
    assert len(only([*known(WIKI), *known(WIKI)])) == 2
