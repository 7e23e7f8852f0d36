"""Who may read which path of a source: rules as people write them, and paths that try to slip past."""

import unicodedata
from typing import Literal
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.passage import EVERYONE, Audience, SettingError
from retrieval.sources import Spec, access
from retrieval.sources.access import NOBODY, Access, narrowed

HR, BOARD, ALL = Audience.of("group:SHR"), Audience.of("group:SBOARD"), Audience()


def readers(uri: str, *rules: tuple[str, Audience], whole: Audience = ALL) -> Audience:
    return Access(Spec("wiki", "web", ("x",), whole, rules)).of(uri)


@pytest.mark.parametrize(
    ("glob", "path", "about"),
    [
        ("hr/**", "hr/salaries.md", True),
        ("hr/**", "hr/2026/q1/salaries.md", True),
        ("hr/**", "hr", True),
        ("hr/", "hr/2026/salaries.md", True),
        ("/hr/**", "hr/salaries.md", True),
        ("hr/**", "hro/page.md", False),
        ("hr/**", "team/hr/page.md", False),
        ("hr/**", "HR/salaries.md", False),
        ("**/hr/**", "team/hr/page.md", True),
        ("**/hr/**", "hr/page.md", True),
        ("hr/*", "hr/2026/salaries.md", False),
        ("hr/*", "hr/salaries.md", True),
        ("*.pdf", "a.pdf", True),
        ("*.pdf", "hr/a.pdf", False),
        ("**/*.pdf", "hr/a.pdf", True),
        ("**/*.pdf", "a.pdf", True),
        ("**", "", True),
        ("**", "any/where", True),
        ("hr/?.md", "hr/a.md", True),
        ("hr/?.md", "hr/ab.md", False),
        ("a+b (c)/**", "a+b (c)/x", True),
        ("caf%C3%A9/**", "café/x", True),
    ],
)
def test_a_rule_is_about_the_paths_it_looks_like(glob: str, path: str, about: bool) -> None:
    assert (readers(f"wiki/{path}", (glob, HR)) == HR) is about
    assert access.matched(glob, "wiki", f"wiki/{path}") is about


def test_the_last_rule_that_matches_holds() -> None:
    rules = (("hr/**", HR), ("hr/jobs/**", ALL), ("hr/jobs/board.md", BOARD))

    assert readers("wiki/hr/salaries.md", *rules) == HR
    assert readers("wiki/hr/jobs/cook.md", *rules) == ALL
    assert readers("wiki/hr/jobs/board.md#row-3", *rules) == BOARD
    assert readers("wiki/menu.md", *rules) == ALL


@pytest.mark.parametrize(
    "path",
    [
        "%68r/salaries.md",
        "%2568r/salaries.md",
        "hr%2Fsalaries.md",
        "hr%252fsalaries.md",
        "hr%5Csalaries.md",
        "hr\\salaries.md",
        "./hr/salaries.md",
        "/hr//salaries.md",
        "public/../hr/salaries.md",
        "public/%2e%2e/hr/salaries.md",
        "public/..%2fhr/salaries.md",
        "hr/%2e%2e/hr/salaries.md",
        "%25252525252568r/salaries.md",
        "hr/salaries.md?public/",
        "hr?x/y",
    ],
)
def test_no_spelling_of_a_path_slips_past_a_rule(path: str) -> None:
    to_narrow = readers(f"wiki/{path}", ("hr/**", HR))
    to_widen = readers(f"wiki/{path}", ("**", HR), ("public/**", ALL))

    assert to_narrow.principals <= HR.principals
    assert to_widen.principals <= HR.principals


def test_a_path_that_leads_upwards_is_for_nobody_once_there_are_rules() -> None:
    assert readers("wiki/public/../menu.md", ("hr/**", HR)) == NOBODY
    assert readers("wiki/public/../menu.md") == ALL


def test_a_name_with_a_percent_sign_is_an_ordinary_name() -> None:
    assert readers("wiki/hr/100%25.md", ("hr/**", HR)) == HR
    assert readers("wiki/100%25.md", ("hr/**", HR)) == ALL


def test_a_slash_inside_of_a_name_counts_as_a_slash_and_as_none() -> None:
    assert readers("wiki/hr/AC%2FDC", ("hr/*", HR)) == HR
    assert readers("wiki/hr/AC%2FDC", ("hr/AC/*", HR)) == HR


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accent_matches_however_it_is_composed(form: Literal["NFC", "NFD"]) -> None:
    folder = unicodedata.normalize(form, "Verträge")

    assert readers("wiki/Verträge/x", (f"{folder}/**", HR)) == HR
    assert readers(f"wiki/{folder}/x", ("Verträge/**", HR)) == HR
    assert readers(f"wiki/{quote(folder)}/x", ("Verträge/**", HR)) == HR


def test_a_document_of_another_source_is_for_nobody_once_there_are_rules() -> None:
    assert readers("wiki2/menu.md", ("hr/**", HR)) == NOBODY
    assert readers("wikipedia", ("hr/**", HR)) == NOBODY
    assert readers("wiki", ("hr/**", HR)) == ALL


def test_two_lists_of_names_leave_what_both_name() -> None:
    assert narrowed(Audience.of("user:U1", "channel:C1"), Audience.of("channel:C1")) == Audience.of(
        "channel:C1"
    )
    assert narrowed(Audience.of("user:U1"), Audience.of("channel:C1")) == NOBODY
    assert narrowed(ALL, HR) == narrowed(HR, ALL) == narrowed(Audience.of(EVERYONE, "user:U1"), HR) == HR
    assert narrowed(NOBODY, ALL) == NOBODY


PARTS = st.lists(
    st.sampled_from(
        ["hr", "%68r", "h%2572", "..", ".", "", "%2e%2e", "%2F", "%5c", "a", "pub?", "b#c", "é", "é"]
    )
    | st.text(max_size=4),
    max_size=6,
)
WHO = st.sampled_from([ALL, HR, BOARD, NOBODY, Audience.of("user:U1", "group:SHR")])
GLOBS = st.sampled_from(["hr/**", "**", "*", "**/hr", "pub/**", "hr/*", "a/**/b", "é/**"])


@given(PARTS, st.lists(st.tuples(GLOBS, WHO), max_size=4), WHO)
@example(["hr", "..", "pub"], [("**", HR), ("pub/**", ALL)], ALL)
def test_no_path_and_no_rules_let_more_people_in_than_the_audience(
    parts: list[str], rules: list[tuple[str, Audience]], whole: Audience
) -> None:
    found = readers("wiki/" + "/".join(parts), *rules, whole=whole)

    for person in ("user:U1", "group:SHR", "group:SBOARD", "user:U9"):
        held = Audience.of(EVERYONE, person)
        assert whole.admits(held) or not found.admits(held)


@given(PARTS)
def test_a_rule_for_all_paths_holds_for_every_spelling(parts: list[str]) -> None:
    found = readers("wiki/" + "/".join(parts), ("**", HR))

    assert found in (HR, NOBODY)


@given(st.sampled_from(["hr", "hr/salaries", "hr/a/b"]), st.data())
def test_any_letters_of_a_path_may_be_percent_encoded(path: str, data: st.DataObject) -> None:
    times = data.draw(st.lists(st.integers(0, 2), min_size=len(path), max_size=len(path)))
    spelt = "".join(
        ["{}", "%{:02x}", "%25{:02x}"][n].format(c if n == 0 else ord(c))
        for c, n in zip(path, times, strict=True)
    )

    assert readers(f"wiki/{spelt}", ("hr/**", HR)) == HR


@pytest.mark.parametrize(
    "value", ["everyone", ["everyone"], "user:U1", ["channel:C1", "group:S1", "user:W2"], []]
)
def test_readers_are_everyone_or_who_slack_knows(value: str | list[str]) -> None:
    assert access.audience(value) == Audience.of(*([value] if isinstance(value, str) else value))


@pytest.mark.parametrize(
    "value",
    ["Everyone", "all", "user:ada", "channel:general", "group:U1", "user:", "C1", ["user:U1", 3], 3, {}, ""],
)
def test_readers_whom_slack_does_not_know_are_refused(value: object) -> None:
    with pytest.raises(SettingError, match="everyone, user:U123, channel:C123 or group:S123"):
        access.audience(value)


def test_everyone_and_somebody_is_refused() -> None:
    with pytest.raises(SettingError, match="keep one"):
        access.audience(["everyone", "user:U1"])


@pytest.mark.parametrize(
    "glob", ["", "/", "hr/[ab]", "{a,b}/**", "hr/**.md", "a***", "../hr/**", "hr//x", " hr", "a\\b"]
)
def test_a_rule_that_could_match_nothing_is_refused(glob: str) -> None:
    with pytest.raises(SettingError, match="matches nothing"):
        access.checked(glob, ALL, HR)


def test_a_rule_that_would_let_more_people_in_is_refused() -> None:
    with pytest.raises(SettingError, match="does not name group:SHR"):
        access.checked("hr/**", BOARD, HR)
    with pytest.raises(SettingError, match="does not name everyone"):
        access.checked("hr/**", BOARD, ALL)


def test_no_path_makes_a_rule_slow() -> None:
    rule = "/".join(["**", "a*a*a*a*b"] * 12)

    assert readers("wiki/" + "/".join(["a" * 60] * 200), (rule, HR)) == ALL
