"""What sources.toml says of readers and links holds for every document, beside what it says itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.passage import EVERYONE, Audience, Document, SettingError, Unread
from retrieval.sources import Spec, link
from retrieval.sources.declared import Declared
from retrieval.split import split

HR, BOARD, ALL, NOBODY = (
    Audience.of("group:SHR"),
    Audience.of("group:SBOARD"),
    Audience(),
    Audience(frozenset()),
)


@dataclass(frozen=True)
class Page:
    uri: str
    digest: str = "d1"
    own: Audience | None = ALL  # what the source knows of it unread
    said: Audience = ALL  # what it says itself


@dataclass
class Wiki:
    """A source of pages that remembers what it was asked."""

    pages: list[Page]
    name: str = "wiki"
    known: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def scan(self, known: Mapping[str, str]) -> Iterator[Page | Unread]:
        self.known = dict(known)
        yield from self.pages
        yield Unread("wiki/broken", "It is broken.")

    def load(self, found: Page) -> Iterator[Document | Unread]:
        yield Document(
            found.uri, "wiki", "A & B/C", "# Pay\nMuch.", "file:///x", found.digest, audience=found.said
        )
        yield Unread(found.uri + "#2", "It has no text.")

    def audience(self, found: Page) -> Audience | None:
        return found.own

    def close(self) -> None:
        self.closed = True


def spec(whole: Audience = ALL, *rules: tuple[str, Audience], template: str = "") -> Spec:
    return Spec("wiki", "web", ("x",), whole, rules, link=template)


def read(page: Page, declared: Spec) -> Document:
    source = Declared(Wiki([page]), declared)
    found = next(one for one in source.scan({}) if not isinstance(one, Unread))
    return next(one for one in source.load(found) if isinstance(one, Document))


def test_a_document_gets_the_readers_that_are_declared() -> None:
    assert read(Page("wiki/menu"), spec(HR)).audience == HR
    assert read(Page("wiki/hr/pay"), spec(ALL, ("hr/**", HR))).audience == HR
    assert read(Page("wiki/menu"), spec(ALL, ("hr/**", HR))).audience == ALL


def test_what_a_document_says_of_its_readers_holds_where_everyone_is_declared() -> None:
    assert read(Page("wiki/menu", said=BOARD), spec()).audience == BOARD
    assert read(Page("wiki/menu", own=BOARD), spec()).audience == BOARD


def test_readers_that_have_nobody_in_common_are_nobody() -> None:
    assert read(Page("wiki/menu", said=BOARD), spec(HR)).audience == NOBODY
    assert read(Page("wiki/menu", own=BOARD), spec(HR)).audience == NOBODY
    assert read(Page("wiki/menu", own=None, said=HR), spec(HR)).audience == HR


def test_what_a_document_says_itself_is_kept_for_the_day_that_more_people_may_read_it() -> None:
    document = read(Page("wiki/menu", said=HR), spec(BOARD))

    assert (document.audience, document.own) == (NOBODY, HR)


def test_readers_are_known_without_loading_and_are_no_part_of_the_digest() -> None:
    page = Page("wiki/hr/pay")
    before, after = Declared(Wiki([page]), spec()), Declared(Wiki([page]), spec(ALL, ("hr/**", HR)))

    (first, _), (second, _) = before.scan({}), after.scan({})

    assert not isinstance(first, Unread) and not isinstance(second, Unread)
    assert (before.audience(first), after.audience(second)) == (ALL, HR)
    assert first.digest == second.digest == "d1"


def test_another_link_template_is_another_digest_of_file_and_document() -> None:
    page = Page("wiki/hr/pay")
    digests, documents = set(), set()
    for template in ("", "https://a.example/{path}", "https://b.example/{path}"):
        declared = spec(template=template)
        found = next(Declared(Wiki([page]), declared).scan({}))
        assert not isinstance(found, Unread) and found.uri == page.uri
        digests.add(found.digest)
        documents.add(read(page, declared).digest)

    assert len(digests) == len(documents) == 3
    assert all(len(digest) <= 64 for digest in documents)  # as long as the ledger keeps them


def test_a_source_is_told_its_own_digests_of_what_was_read_with_this_template() -> None:
    wiki = Wiki([Page("wiki/a"), Page("wiki/b")])
    templates = {
        name: Declared(wiki, spec(template=name))
        for name in ("", "https://a.example/{path}", "https://b.example/{path}")
    }

    for ours in templates.values():
        known = {one.uri: one.digest for one in ours.scan({}) if not isinstance(one, Unread)}
        for other in templates.values():
            list(other.scan(known))
            assert wiki.known == ({"wiki/a": "d1", "wiki/b": "d1"} if other is ours else {})


def test_what_cannot_be_read_is_said_as_the_source_says_it() -> None:
    source = Declared(Wiki([Page("wiki/a")]), spec(HR, template="https://a.example/{path}"))

    found, broken = source.scan({})

    assert isinstance(broken, Unread) and broken.uri == "wiki/broken"
    assert not isinstance(found, Unread)
    assert [one.uri for one in source.load(found) if isinstance(one, Unread)] == ["wiki/a#2"]


def test_closing_it_closes_the_source() -> None:
    wiki = Wiki([])

    Declared(wiki, spec()).close()

    assert wiki.closed


def test_passages_open_where_the_link_template_says_at_their_heading() -> None:
    document = read(
        Page("wiki/hr/pay rise.md#7"), spec(template="https://w.example/{path}?t={title}&u={uri}")
    )

    assert document.url == "https://w.example/hr/pay%20rise.md?t=A%20%26%20B%2FC&u=wiki/hr/pay%20rise.md%237"
    plain = read(Page("wiki/hr/pay"), spec(template="https://w.example/{path}"))
    assert split(plain)[0].url.startswith("https://w.example/hr/pay")


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_in_a_name_or_a_title_breaks_out_of_its_place_in_a_link(path: str, title: str) -> None:
    url = link.address("https://w.example/a/{path}/b?t={title}#c", f"wiki/{path}", path, title)

    assert url.isascii() and url.startswith("https://w.example/a/")
    assert url.count("?") == url.count("#") == 1 and url.endswith("#c")
    assert not set(url) & set("<>\"' \n&|\\")


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("a b", "a%20b"),
        ("100%25.md", "100%25.md"),
        ("100%.md", "100%25.md"),
        ("AC%2FDC", "AC%2FDC"),
        ("é?&", "%C3%A9%3F%26"),
    ],
)
def test_what_is_percent_encoded_already_is_not_encoded_twice(path: str, encoded: str) -> None:
    assert link.address("https://w.example/{path}", path, path, "") == f"https://w.example/{encoded}"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("https://w.example/{paht}", "did you mean {path}?"),
        ("https://w.example/{}", "it can hold {uri}, {path}, {title}"),
        ("https://w.example/{path!r}", "no field"),
        ("https://w.example/{path:>9}", "no field"),
        ("https://w.example/{path.__class__}", "no field"),
        ("https://w.example/{path", "stands alone"),
        ("https://{path}/x", "behind the host"),
        ("https://w.example{path}", "behind the host"),
        ("https:///{path}", "behind the host"),
        ("javascript:alert({path})", "an address with its host"),
        ("https://w.example/ {path}", "an address with its host"),
        ("wiki/{path}", "an address with its host"),
        ("", "an address with its host"),
    ],
)
def test_a_template_that_cannot_work_is_refused(template: str, said: str) -> None:
    with pytest.raises(SettingError) as error:
        link.checked(template)

    assert said in str(error.value)


def test_a_template_may_hold_braces_of_its_own() -> None:
    template = link.checked("https://w.example/{{x}}/{path}")

    assert link.address(template, "wiki/a", "a", "") == "https://w.example/{x}/a"


WHO = st.sampled_from(
    [ALL, HR, BOARD, NOBODY, Audience.of("user:U1", "group:SHR"), Audience.of(EVERYONE, "user:U1")]
)


@given(WHO, WHO | st.none(), WHO, WHO, st.sampled_from(["hr/pay", "menu", "hr/../menu", "%68r"]))
def test_no_document_is_readable_for_more_people_than_declared_or_than_its_source_says(
    whole: Audience, own: Audience | None, said: Audience, ruled: Audience, path: str
) -> None:
    page = Page(f"wiki/{path}", own=own, said=said)
    source = Declared(Wiki([page]), spec(whole, ("hr/**", ruled)))
    found = next(one for one in source.scan({}) if not isinstance(one, Unread))

    most, document = source.audience(found), read(page, source.spec)

    for person in ("user:U1", "group:SHR", "group:SBOARD", "user:U9"):
        held = Audience.of(EVERYONE, person)
        if most.admits(held):
            assert whole.admits(held) and (own is None or own.admits(held))
        if document.audience.admits(held):
            assert most.admits(held) and said.admits(held)
            assert path not in ("hr/pay", "%68r") or ruled.admits(held)
