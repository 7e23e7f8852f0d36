"""A web site as people have them: what a page says is found once, stays while it stands, and goes with it."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from website import Asked, Reply, WebSite, html, links, running

from retrieval.loaders.apart import Apart
from retrieval.passage import Document, SettingError, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec, git, web
from retrieval.sources.options import Option
from retrieval.sources.web import WebSource, build
from retrieval.sources.web.crawl import Page
from retrieval.split import split

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
Make = Callable[..., WebSource]


@pytest.fixture
def site() -> Iterator[WebSite]:
    with running() as site:
        yield site


@pytest.fixture(scope="module")
def child() -> Iterator[Apart]:
    """The process in which pages are read, one for all tests here: it takes its time to start."""
    apart = Apart()
    yield apart
    apart.close()


@pytest.fixture
def make(site: WebSite, tmp_path: Path, child: Apart, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A source on the site, or on a path of it; each has the same cache, as one sync after the other."""
    made: list[WebSource] = []

    def make(*paths: str, most: int = 1_000_000, **options: Any) -> WebSource:
        location = tuple(f"{site.url}{path}" for path in paths or ("/",))
        given = {"private": True, "pause": 0.0, **options}
        made.append(build(Spec("hb", "web", location, options=given), Limits(most, tmp_path / "cache")))
        monkeypatch.setattr(made[-1]._parsed, "apart", child)
        return made[-1]

    yield make
    monkeypatch.undo()
    for source in made:
        source.close()


def text(words: str, *targets: str, **facts: Any) -> Reply:
    return html(f"<h1>{words}</h1><p>About {words}.</p>{links(*targets)}", **facts)


def scanned(source: WebSource, known: dict[str, str] | None = None) -> list[Page | Unread]:
    return list(source.scan(known or {}))


def pages(source: WebSource, known: dict[str, str] | None = None) -> dict[str, Page]:
    return {one.uri: one for one in source.scan(known or {}) if isinstance(one, Page)}


def problems(source: WebSource, known: dict[str, str] | None = None) -> dict[str, Unread]:
    return {one.uri: one for one in source.scan(known or {}) if isinstance(one, Unread)}


def digests(found: dict[str, Page]) -> dict[str, str]:
    return {uri: page.digest for uri, page in found.items()}


def document(source: WebSource, uri: str) -> Document:
    (one,) = source.load(pages(source)[uri])
    assert isinstance(one, Document), one
    return one


def sitemap(*urls: str, kind: str = "url", changed: str = "") -> bytes:
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    inner = "".join(f"<{kind}><loc>{url}</loc>{last}</{kind}>" for url in urls)
    outer = "urlset" if kind == "url" else "sitemapindex"
    return f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{outer}>'.encode()


# what is found


def test_each_page_that_a_link_leads_to_is_found_once_in_the_order_it_is_met(
    site: WebSite, make: Make
) -> None:
    site.pages["/"] = text("Home", "/b", "a/index.html", "/b#part", "/b?utm_source=mail&fbclid=1", "./b")
    site.pages["/b"] = text("B", "/", "../../a/", "/c?y=2&x=1")
    site.pages["/a/index.html"] = text("A", "../c?x=1&y=2")
    site.pages["/c?x=1&y=2"] = text("C")

    assert list(pages(make())) == ["hb/", "hb/b", "hb/a/", "hb/c?x=1&y=2"]
    assert site.paths() == ["/", "/b", "/a/index.html", "/c?x=1&y=2"]


def test_links_that_are_no_pages_of_the_site_are_not_asked_for(site: WebSite, make: Make) -> None:
    site.pages["/"] = text(
        "Home",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://elsewhere.example/",
        f"http://user:word@{site.url.removeprefix('http://')}/a",
        "//127.0.0.1:1/x",
        "http://[::1/broken",
        "/photo.png",
        "/all.zip",
        "/" + "x" * 5000,
        "#only",
    )

    assert list(pages(make())) == ["hb/"]
    assert site.paths() == ["/"]


def test_a_page_tells_its_title_its_age_its_address_and_where_its_parts_are(
    site: WebSite, make: Make
) -> None:
    long = "Whoever travels for the company takes the train where one goes. " * 20
    body = f'<h1>Travel</h1><p>{long}</p><h2 id="hotels">Hotels</h2><p>{long}</p>'
    site.pages["/"] = html(body)
    site.pages["/"].headers["Last-Modified"] = "Tue, 03 Feb 2026 10:00:00 GMT"

    one = document(make(), "hb/")

    assert (one.title, one.url, one.source) == ("Travel", f"{site.url}/", "hb")
    assert one.updated_at == datetime(2026, 2, 3, 10, tzinfo=UTC)
    assert split(one)[-1].url == f"{site.url}/#hotels"


def test_a_page_that_does_not_say_how_old_it_is_has_no_age(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home")

    assert document(make(), "hb/").updated_at is None


def test_other_kinds_of_file_are_read_as_what_their_server_calls_them(site: WebSite, make: Make) -> None:
    pdf, docx = next(HANDBOOK.rglob("*.pdf")), next(HANDBOOK.rglob("*.docx"))
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    site.pages["/"] = text("Home", "/plan.pdf", "/letter", "/notes.md", "/plain", "/tool", "/sheet.csv")
    site.pages["/plan.pdf"] = Reply(pdf.read_bytes(), headers={"Content-Type": "application/octet-stream"})
    site.pages["/letter"] = Reply(docx.read_bytes(), headers={"Content-Type": word})
    site.pages["/notes.md"] = Reply(
        b"# Notes\n\nwords", headers={"Content-Type": "text/plain; charset=utf-8"}
    )
    site.pages["/plain"] = Reply(b"# no heading", headers={"Content-Type": "text/plain"})
    site.pages["/tool"] = Reply(b"\x7fELF", headers={"Content-Type": "application/x-tool"})
    site.pages["/sheet.csv"] = Reply(b"a,b\n1,2\n", headers={"Content-Type": "text/csv"})
    source = make()
    found = scanned(source)

    read = {one.uri: list(source.load(one)) for one in found if isinstance(one, Page)}

    assert all(isinstance(one, Document) for some in read.values() for one in some)
    assert [one.suffix for one in found if isinstance(one, Page)] == [
        ".html", ".pdf", ".docx", ".md", ".txt", ".csv",
    ]  # fmt: skip
    assert [one.reason for one in found if isinstance(one, Unread)] == [
        "Some addresses are of a kind that is not read: application/x-tool (1)."
    ]


@pytest.mark.parametrize(
    ("charset", "words"), [("iso-8859-1", "Käse für Müller"), ("shift_jis", "日本語の手引き")]
)
def test_a_page_is_read_in_the_encoding_that_its_server_names(
    site: WebSite, make: Make, charset: str, words: str
) -> None:
    body = f"<h1>{words}</h1><p>{words}</p>".encode(charset)
    site.pages["/"] = Reply(body, headers={"Content-Type": f"text/html; charset={charset}"})

    assert document(make(), "hb/").title == words


def test_only_the_folder_that_the_location_names_is_read(site: WebSite, make: Make) -> None:
    site.pages["/docs/"] = text("Docs", "/docs/a", "/blog", "../legal", "/docsother", "b.html")
    for path in ("/docs/a", "/blog", "/legal", "/docsother", "/docs/b.html"):
        site.pages[path] = text(path)

    assert list(pages(make("/docs/"))) == ["hb/docs/", "hb/docs/a", "hb/docs/b.html"]
    assert len(pages(make("/docs/", whole_host=True))) == 6


def test_globs_choose_what_is_read(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/docs/a", "/docs/old/b", "/blog/c")
    for path in ("/docs/a", "/docs/old/b", "/blog/c"):
        site.pages[path] = text(path)

    assert list(pages(make(include=["docs/**"], exclude=["**/old/**"]))) == ["hb/docs/a"]
    assert "/blog/c" not in site.paths() and "/docs/old/b" not in site.paths()


# sitemaps


def test_the_sitemaps_that_robots_txt_names_say_which_pages_there_are(site: WebSite, make: Make) -> None:
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}/maps/all.xml\n".encode())
    one, two = f"{site.url}/maps/one.xml.gz", f"{site.url}/maps/two.xml"
    site.pages["/maps/all.xml"] = Reply(sitemap(one, two, "https://elsewhere.example/s.xml", kind="sitemap"))
    site.pages["/maps/one.xml.gz"] = Reply(gzip.compress(sitemap(f"{site.url}/a", changed="2026-03-04")))
    site.pages["/maps/two.xml"] = Reply(
        sitemap(f"{site.url}/b", "https://elsewhere.example/c", f"{site.url}/a")
    )
    site.pages["/a"] = text("A", "/not-listed")
    site.pages["/b"] = text("B")
    site.pages["/not-listed"] = text("N")

    found = pages(make())

    assert list(found) == ["hb/a", "hb/b"]
    assert found["hb/a"].since == "2026-03-04T00:00:00+00:00"


def test_a_sitemap_where_they_usually_are_is_taken_unless_told_otherwise(site: WebSite, make: Make) -> None:
    site.pages["/sitemap.xml"] = Reply(sitemap(f"{site.url}/a"))
    site.pages["/"] = text("Home", "/b")
    site.pages["/a"] = site.pages["/b"] = text("page")

    assert list(pages(make())) == ["hb/a"]
    assert list(pages(make(sitemap=False))) == ["hb/", "hb/b"]


def test_a_page_that_only_looks_like_a_sitemap_is_none(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/b")
    site.pages["/sitemap.xml"] = text("This page does not exist")

    assert list(pages(make())) == ["hb/"]


@pytest.mark.parametrize("path", ["/sitemap-docs.xml", "/sitemap.txt"])
def test_the_location_may_be_a_sitemap_itself(site: WebSite, make: Make, path: str) -> None:
    urls = [f"{site.url}/a", f"{site.url}/deep/b"]
    site.pages[path] = Reply(sitemap(*urls) if path.endswith("xml") else "\n".join(urls).encode())
    site.pages["/a"] = site.pages["/deep/b"] = text("page", "/c")

    assert list(pages(make(path))) == ["hb/a", "hb/deep/b"]


def test_a_sitemap_that_is_gone_takes_no_page_with_it(site: WebSite, make: Make) -> None:
    with pytest.raises(SourceUnavailable, match="no sitemap"):
        scanned(make("/sitemap.xml"))

    site.pages["/sitemap.xml"] = Reply(b"", 500)
    with pytest.raises(SourceUnavailable, match="sitemap could not be read"):
        scanned(make())


def test_pages_of_a_sitemap_that_fails_this_time_are_kept(site: WebSite, make: Make) -> None:
    site.pages["/all.xml"] = Reply(sitemap(f"{site.url}/1.xml", f"{site.url}/2.xml", kind="sitemap"))
    site.pages["/1.xml"], site.pages["/2.xml"] = (
        Reply(sitemap(f"{site.url}/a")),
        Reply(sitemap(f"{site.url}/b")),
    )
    site.pages["/a"] = site.pages["/b"] = text("page")
    known = digests(pages(make("/all.xml")))
    site.pages["/2.xml"] = Reply(b"", 503)
    source = make("/all.xml")

    left = problems(source, known)

    assert left == {
        "hb/b": Unread("hb/b", "A sitemap that may list it could not be read this time.", kept=True)
    }


def test_where_a_sitemap_that_was_promised_is_none_this_time_no_page_leaves(
    site: WebSite, make: Make
) -> None:
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}/all.xml".encode())
    site.pages["/all.xml"] = Reply(sitemap(f"{site.url}/a", f"{site.url}/b"))
    site.pages["/a"] = site.pages["/b"] = text("page")
    known = digests(pages(make()))
    site.pages["/all.xml"] = site.pages["/"] = text("We are working on it, please come back later.")

    assert {uri: one.kept for uri, one in problems(make(), known).items()} == {"hb/a": True, "hb/b": True}


def test_a_sitemap_of_a_million_pages_is_read_no_further_than_needed(site: WebSite, make: Make) -> None:
    read = []

    def endless(write: Callable[[bytes], None]) -> None:
        write(b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
        for n in range(100_000):
            read.append(n)
            write(f"<url><loc>{site.url}/p{n}</loc></url>".encode() * 10)

    site.pages["/sitemap.xml"] = Reply(headers={"Content-Type": "text/xml"}, stream=endless)
    site.otherwise = lambda asked: text(asked.path) if asked.path.startswith("/p") else Reply(b"", 404)

    with pytest.raises(SourceUnavailable, match="larger than"):
        scanned(make(pages=20))
    assert len(read) < 100_000


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&b;&x;</loc></url></urlset>',
        b"<urlset><url><loc>" + b"<a>" * 5000,
        gzip.compress(b"<urlset>" + b" " * 80_000_000),
        b"\x1f\x8b broken",
        b"",
    ],
    ids=["entities", "deep", "bomb", "broken", "empty"],
)
def test_a_hostile_sitemap_is_no_sitemap(site: WebSite, make: Make, body: bytes) -> None:
    site.pages["/s.xml"] = Reply(body)
    began = time.monotonic()

    with pytest.raises(SourceUnavailable):
        scanned(make("/s.xml"))
    assert time.monotonic() - began < 30


# what a site asks


def test_robots_txt_is_honoured_by_our_own_name(site: WebSite, make: Make) -> None:
    site.pages["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\n"
        b"user-agent: footnote\nDisallow: /private/ # secret\nAllow: /private/open$\nDisallow: /*.pdf$\n"
    )
    site.pages["/"] = text("Home", "/private/a", "/private/open", "/x.pdf", "/x.pdf?y", "/p%72ivate/b")
    for path in ("/private/a", "/private/open", "/x.pdf", "/x.pdf?y"):
        site.pages[path] = text(path)
    source = make()
    found = scanned(source)

    assert [one.uri for one in found if isinstance(one, Page)] == ["hb/", "hb/private/open", "hb/x.pdf?y"]
    assert [one.reason for one in found if isinstance(one, Unread)] == [
        "robots.txt asks not to read 3 addresses; that was done."
    ]
    assert not {"/private/a", "/private/b", "/x.pdf"} & set(site.paths())
    assert {one.headers["user-agent"] for one in site.asked} == {"Footnote"}


def test_a_site_without_a_robots_txt_may_be_read_and_one_that_cannot_say_may_not(
    site: WebSite, make: Make
) -> None:
    site.pages["/"] = text("Home")
    site.pages["/robots.txt"] = Reply(b"", 403)
    assert list(pages(make())) == ["hb/"]

    site.pages["/robots.txt"] = Reply(b"", 500)
    with pytest.raises(SourceUnavailable, match=r"cannot say what may be read \(robots.txt: 500\)"):
        scanned(make())
    assert site.paths() == ["/"]


def test_between_two_requests_lies_the_time_that_the_site_asks_for(site: WebSite, make: Make) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 7\n")
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = text("A")
    source = make()
    slept: list[float] = []
    source._fetch().pace.sleep = slept.append

    assert len(pages(source)) == 2
    assert source._fetch().pace.pause == 7
    assert len(slept) == 3 and all(0 < seconds <= 7 for seconds in slept)


def test_a_page_that_asks_not_to_be_read_is_not_and_its_links_are_followed(site: WebSite, make: Make) -> None:
    site.pages["/"] = html(links("/a"), '<meta name="ROBOTS" content="NoIndex, follow">')
    site.pages["/a"] = text("A", "/b", "/c", "/d")
    site.pages["/b"] = html("<p>b</p>" + links("/unseen"), '<meta name="robots" content="none">')
    site.pages["/c"] = html("<p>c</p>" + links("/unseen"), '<meta name="footnote" content="nofollow">')
    site.pages["/d"] = text("D", "/unseen")
    site.pages["/d"].headers["X-Robots-Tag"] = "noindex, nofollow"
    site.pages["/unseen"] = text("U")

    assert list(pages(make())) == ["hb/a", "hb/c"]


def test_links_that_are_not_to_be_followed_are_not(site: WebSite, make: Make) -> None:
    site.pages["/"] = html('<p>Home</p><a rel="external NoFollow" href="/a">a</a><a href="/b">b</a>')
    site.pages["/a"] = site.pages["/b"] = text("page")

    assert list(pages(make())) == ["hb/", "hb/b"]


def test_of_twins_the_one_is_read_that_both_call_the_right_one(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/print?of=a", "/only")
    site.pages["/print?of=a"] = html("<p>A</p>", '<link rel="canonical" href="/a">')
    site.pages["/a"] = html("<p>A</p>", '<link rel="canonical" href="/a">')
    site.pages["/only"] = html("<p>only</p>", '<link rel="Canonical" href="/nowhere">')

    assert list(pages(make())) == ["hb/", "hb/a", "hb/only"]


def test_pages_that_call_each_other_the_right_one_are_read_once(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = html("<p>A</p>", '<link rel="canonical" href="/b">')
    site.pages["/b"] = html("<p>A</p>", '<link rel="canonical" href="/a">')

    assert list(pages(make())) == ["hb/", "hb/a"]


# what changed


def test_a_page_that_did_not_change_is_not_sent_again_and_its_links_still_count(
    site: WebSite, make: Make
) -> None:
    site.pages["/"] = text("Home", "/a", tags=True)
    site.pages["/a"] = text("A", tags=True)
    first = pages(make())
    site.asked.clear()
    source = make()

    again = pages(source, digests(first))

    assert digests(again) == digests(first)
    assert all("if-none-match" in one.headers for one in site.asked if one.path in ("/", "/a"))
    assert {page.body for page in again.values()} == {""}


def test_a_page_that_is_not_in_the_index_is_asked_for_whole(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", tags=True)
    pages(make())
    source = make()
    (page,) = pages(source, {"hb/": "of another index"}).values()

    assert page.body and not any("if-none-match" in one.headers for one in site.asked)
    assert [one.title for one in source.load(page) if isinstance(one, Document)] == ["Home"]


def test_the_digest_changes_with_what_the_page_says_alone(site: WebSite, make: Make) -> None:
    answered: list[str] = []

    def page(asked: Asked) -> Reply:
        reply = text("Home")
        answered.append(asked.path)
        moment = f"Tue, 03 Feb 2026 10:00:{len(answered):02} GMT"
        reply.headers |= {
            "Last-Modified": moment,
            "X-Request": str(len(answered)),
            "Set-Cookie": f"a={moment}",
        }
        return reply

    site.pages["/"] = page
    first = pages(make())
    second = pages(make(), digests(first))
    site.pages["/"] = text("House")
    third = pages(make(), digests(first))

    assert first["hb/"].digest == second["hb/"].digest != third["hb/"].digest
    assert first["hb/"].since == second["hb/"].since


def test_of_a_page_of_which_only_the_wrapping_changed_the_document_is_the_same(
    site: WebSite, make: Make
) -> None:
    site.pages["/"] = html("<main><h1>Home</h1><p>text</p></main>", "<meta name=nonce content=1>")
    one = document(make(), "hb/")
    site.pages["/"] = html("<main><h1>Home</h1><p>text</p></main>", "<meta name=nonce content=2>")
    two = document(make(), "hb/")
    site.pages["/"] = html("<main><h1>Home</h1><p>words</p></main>", "<meta name=nonce content=2>")
    three = document(make(), "hb/")

    assert one.digest == two.digest != three.digest


def test_a_page_that_is_gone_is_gone(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a", "/b")
    site.pages["/a"] = site.pages["/b"] = text("page")
    known = digests(pages(make()))
    site.pages["/a"], site.pages["/b"] = Reply(b"", 404), Reply(b"", 410)

    assert [one.uri for one in scanned(make(), known)] == ["hb/"]


def test_a_page_that_fails_this_time_is_kept_and_so_is_what_it_leads_to(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = text("A", "/b")
    site.pages["/b"] = text("B")
    known = digests(pages(make()))
    site.pages["/a"] = Reply(b"", 502)

    found = scanned(make(), known)

    assert [(one.uri, getattr(one, "kept", None)) for one in found] == [
        ("hb/", None), ("hb/a", True), ("hb/b", None),
    ]  # fmt: skip


def test_where_nothing_is_remembered_of_a_failing_page_everything_else_is_kept(
    site: WebSite, make: Make, tmp_path: Path
) -> None:
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = text("A", "/b")
    site.pages["/b"] = text("B")
    known = digests(pages(make()))
    (tmp_path / "cache" / "visited.sqlite").write_bytes(b"not what it was")
    site.pages["/a"] = Reply(b"", 502)

    left = problems(make(), known)

    assert {uri: one.kept for uri, one in left.items()} == {"hb/a": True, "hb/b": True}


def test_a_page_that_now_wants_a_login_is_not_kept(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a", "/b", "/c")
    site.pages["/a"] = Reply(b"", 401)
    site.pages["/b"] = Reply(b"", 302, {"Location": "/account/login?next=/b"})
    site.pages["/c"] = Reply(b"", 302, {"Location": "https://sso.example.com/start"})
    source = make()

    left = problems(source)

    assert {uri: one.kept for uri, one in left.items()} == {"hb/a": False, "hb/b": False, "hb/c": False}
    assert "asks for a login" in left["hb/a"].reason
    assert "page to log in at" in left["hb/b"].reason
    assert "another host" in left["hb/c"].reason
    assert "/account/login?next=/b" not in site.paths()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"", 500), "could not give it this time"),
        (Reply(b"", 403), "asks for a login"),
        (Reply(b"", 404), "no page at this address"),
        (Reply(b"", 302, {"Location": "https://sso.example.com/"}), "another host"),
        (Reply(b"", 302, {"Location": "/login"}), "page to log in at"),
    ],
    ids=["500", "403", "404", "elsewhere", "login"],
)
def test_a_site_whose_first_page_is_not_there_loses_no_page(
    site: WebSite, make: Make, reply: Reply, said: str
) -> None:
    site.pages["/"] = reply

    with pytest.raises(SourceUnavailable, match=f"nothing of it was changed.*{said}"):
        scanned(make())


def test_a_site_that_stops_to_answer_in_the_middle_loses_no_page(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", *(f"/{n}" for n in range(20)))
    site.otherwise = lambda asked: Reply(b"", 404 if "." in asked.path else 503)

    with pytest.raises(SourceUnavailable):
        scanned(make())
    assert len(site.paths()) == 6


def test_a_server_that_is_not_there_is_a_source_that_does_not_answer(make: Make, site: WebSite) -> None:
    source = make()
    with running() as other:
        url = other.url
    gone = build(Spec("hb", "web", (url,), options={"private": True}), source._limits)

    with pytest.raises(SourceUnavailable, match="could not be reached"):
        list(gone.scan({}))
    gone.close()


def test_a_busy_server_is_asked_again_when_it_says(site: WebSite, make: Make) -> None:
    answers = [Reply(b"", 429, {"Retry-After": "7"}), Reply(b"", 503, {"Retry-After": "3"}), text("Home")]
    site.pages["/"] = lambda _: answers.pop(0)
    source = make()
    slept: list[float] = []
    source._fetch().pace.sleep = slept.append

    assert list(pages(source)) == ["hb/"]
    assert slept == [7.0, 3.0]


def test_a_server_that_wants_an_hour_is_left_until_the_next_time(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = Reply(b"", 429, {"Retry-After": "3600"})
    source = make()
    slept: list[float] = []
    source._fetch().pace.sleep = slept.append

    assert problems(source)["hb/a"].kept
    assert slept == []


def test_when_the_time_is_over_what_was_not_reached_is_kept(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a", "/b")
    site.pages["/a"] = site.pages["/b"] = text("page")
    known = digests(pages(make()))

    def slow(_: Asked) -> Reply:
        time.sleep(0.7)
        return text("page")

    site.pages["/a"] = slow
    found = scanned(make(minutes=0.01), known)

    assert [(one.uri, getattr(one, "kept", None)) for one in found] == [
        ("hb/", None), ("hb/a", None), ("hb/b", True),
    ]  # fmt: skip


def test_a_page_whose_bytes_were_lost_is_asked_for_again(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home")
    source = make()
    (page,) = pages(source).values()
    source.close()

    assert [one.title for one in make().load(page) if isinstance(one, Document)] == ["Home"]
    site.pages["/"] = Reply(b"", 500)
    assert [one.kept for one in make().load(page) if isinstance(one, Unread)] == [True]


def test_nothing_of_the_pages_stays_on_disk(site: WebSite, make: Make, tmp_path: Path) -> None:
    site.pages["/"] = text("Home", "/a")
    site.pages["/a"] = text("A")
    source = make()
    found = pages(source)
    assert list(source.load(found["hb/"]))
    assert [str(path) for path in (tmp_path / "cache").glob("pages-*/*")] == [found["hb/a"].body]
    source.close()

    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["visited.sqlite"]


# redirects


def test_an_address_that_leads_to_another_is_one_page_with_it(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/old", "/docs", "/new")
    site.pages["/old"] = Reply(b"", 301, {"Location": "/new"})
    site.pages["/docs"] = Reply(b"", 302, {"Location": f"{site.url}/docs/"})
    site.pages["/new"] = site.pages["/docs/"] = text("page")

    assert list(pages(make())) == ["hb/", "hb/new", "hb/docs/"]


def test_a_site_that_leads_on_from_its_first_page_begins_there(site: WebSite, make: Make) -> None:
    site.pages["/handbook"] = Reply(b"", 302, {"Location": "/en/handbook/"})
    site.pages["/en/handbook/"] = text("Handbook", "/en/handbook/a", "/en/other")
    site.pages["/en/handbook/a"] = site.pages["/en/other"] = text("page")

    assert list(pages(make("/handbook"))) == ["hb/en/handbook/", "hb/en/handbook/a"]


def test_redirects_that_go_in_circles_or_on_for_ever_end(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home", "/a", "/x/0", "/self")
    site.pages["/a"] = Reply(b"", 302, {"Location": "/b"})
    site.pages["/b"] = Reply(b"", 302, {"Location": "/a"})
    site.pages["/self"] = Reply(b"", 302, {"Location": "/self?utm_source=again"})
    site.otherwise = lambda asked: Reply(
        b"", 302, {"Location": f"/x/{int(asked.path.rpartition('/')[2] or 0) + 1}"}
    ) if asked.path.startswith("/x/") else (
        Reply(b"", 302, {"Location": asked.path}) if "self" in asked.path else Reply(b"", 404)
    )  # fmt: skip
    source = make()
    found = scanned(source)

    assert [one.uri for one in found if isinstance(one, Page)] == ["hb/"]
    assert all("without an end" in one.reason for one in found if isinstance(one, Unread))
    assert len(site.paths()) < 20


# what sources.toml says


def test_what_the_site_asks_for_is_sent_to_it_with_every_request(site: WebSite, make: Make) -> None:
    site.pages["/"] = text("Home")
    pages(make(headers={"Authorization": "Bearer s3cret"}))

    assert {one.headers["authorization"] for one in site.asked} == {"Bearer s3cret"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"page": 3}, r"web has no option page\. Did you mean pages\? It has pages, include"),
        ({"pages": 0}, "pages is a whole number of at least 1"),
        ({"pages": True}, "pages is a whole number"),
        ({"private": "yes"}, "private is true or false"),
        ({"include": [1]}, "include is a list of texts"),
        ({"include": ["[a]"]}, "include: it matches nothing"),
        ({"headers": {"X": 1}}, "headers is a table of texts"),
        ({"headers": {"X": "s3cret\r\nY: 1"}}, "header 'X' cannot be sent"),
        ({"headers": {"Host": "s3cret"}}, "header 'Host' cannot be sent"),
        ({"ca": "/nowhere/ca.pem"}, "ca is no file with a certificate"),
    ],
)
def test_an_option_that_is_wrong_is_named_and_its_value_is_not(
    make: Make, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingError, match=said) as error:
        make(**options)

    assert "Source hb" in str(error.value) and "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "location",
    [
        (),
        ("handbook",),
        ("ftp://a.example/",),
        ("file:///etc/passwd",),
        ("https://user:word@a.example/",),
        ("https://a.example/", "https://b.example/"),
        ("https://a.example/", "https://a.example/sitemap.xml"),
    ],
)
def test_a_location_that_is_no_site_is_refused(tmp_path: Path, location: tuple[str, ...]) -> None:
    with pytest.raises(SettingError, match=r"Source hb: location") as error:
        build(Spec("hb", "web", location), Limits(1, tmp_path))

    assert "user:word" not in str(error.value)


@pytest.mark.parametrize(("kind", "known"), [("A web site", web.OPTIONS), ("A git repository", git.OPTIONS)])
def test_the_page_on_sources_has_a_row_for_each_option(kind: str, known: tuple[Option, ...]) -> None:
    page = (HANDBOOK.parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [option.name for option in known]
