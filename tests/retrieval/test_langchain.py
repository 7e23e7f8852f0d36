"""Any document loader of LangChain as a source: its documents, its failures, what is wrong with its name."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from company_loaders import BOOK, Hungry, Issues, Whole, Wiki

from retrieval.passage import Document, SettingError, Unread
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sources.langchain import LangChainSource, Place, child
from retrieval.sources.langchain.child import tried
from retrieval.sources.langchain.loader import Loaders
from retrieval.sources.langchain.process import Call, Manner, heard, spoken
from retrieval.split import split

SAVED = """\
MIME-Version: 1.0
Content-Type: multipart/related; boundary="part"

--part
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><head><title>Parking</title></head><body><p>Bicycles park in the caf=C3=A9's yard.</p></body></html>
--part--
"""
WIKI = "https://wiki.example.com"
HERE = "company_loaders"
Pages = dict[str, list[tuple[str, dict[str, object]]]]


class Here:
    """Does in this process what the loader's own does; what it says goes through JSON as there."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def start(self) -> None:
        self._loaders = Loaders(self._call.loader, self._call.arguments, self._call.manner.place)
        tried(self._loaders, self._call.places)

    def load(self, uri: str, place: str) -> Iterator[Document | Unread]:
        for one in child.documents(self._call, self._loaders, uri, place):
            yield heard(json.loads(json.dumps(spoken(one))))

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.sources.langchain.Process", Here)


@pytest.fixture
def wiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """What Wiki finds, by place; it is written down when a source is made."""
    monkeypatch.setenv(BOOK, str(tmp_path / "book"))
    _BOOK.clear()
    return _BOOK


_BOOK: Pages = {}


def page(text: str, **metadata: object) -> tuple[str, dict[str, object]]:
    return text, metadata


def source(loader: str, *places: str | Path, **arguments: object) -> LangChainSource:
    return LangChainSource("intranet", loader, arguments, [str(place) for place in places])


def own(loader: type, *places: str | Path, **arguments: object) -> LangChainSource:
    if BOOK in os.environ:
        Path(os.environ[BOOK]).write_bytes(pickle.dumps(_BOOK))
    return source(f"{HERE}.{loader.__name__}", *places, **arguments)


def read(given: LangChainSource) -> list[Document | Unread]:
    found = list(given.scan({}))
    loaded = (given.load(one) if isinstance(one, Place) else iter((one,)) for one in found)
    try:
        return [one for some in loaded for one in some]
    finally:
        given.close()


def documents(given: LangChainSource) -> list[Document]:
    made = read(given)
    assert all(isinstance(one, Document) for one in made), made
    return [one for one in made if isinstance(one, Document)]


def unread(given: LangChainSource) -> list[Unread]:
    return [one for one in read(given) if isinstance(one, Unread)]


def complaint(given: LangChainSource) -> str:
    with pytest.raises(SettingError) as raised:
        list(given.scan({}))
    return str(raised.value)


def test_a_saved_web_page_is_read_by_langchains_loader_for_it(tmp_path: Path) -> None:
    page = tmp_path / "parking.mhtml"
    page.write_text(SAVED, encoding="ascii")

    (document,) = documents(source("MHTMLLoader", page, open_encoding="ascii", get_text_separator=" "))

    assert document.text.split(" ", 1)[1].strip() == "Bicycles park in the café's yard."
    assert (document.title, document.uri) == ("Parking", "intranet/parking.mhtml")
    assert (document.url, document.source) == (page.as_uri(), "intranet")


def test_rows_of_one_place_are_documents_of_their_own_even_where_they_are_alike(tmp_path: Path) -> None:
    table = tmp_path / "team_phones.csv"
    table.write_text("who,phone\nAda,12\nBo,34\nAda,12\n", encoding="utf-8")

    rows = documents(source("CSVLoader", table, encoding="utf-8"))

    assert [row.text for row in rows] == ["who: Ada\nphone: 12", "who: Bo\nphone: 34", "who: Ada\nphone: 12"]
    place = "intranet/team_phones.csv"
    assert [row.uri for row in rows] == [place, f"{place}#2", f"{place}#3"]
    assert {row.title for row in rows} == {"team phones"}


def test_files_of_one_name_in_two_folders_stay_apart(tmp_path: Path) -> None:
    for team in ("ops", "sales"):
        (tmp_path / team).mkdir()
        (tmp_path / team / "plan.py").write_text(f"# the plan of {team}\n", encoding="utf-8")

    made = documents(source("PythonLoader", *tmp_path.glob("*/plan.py")))

    assert {one.uri: one.text for one in made} == {
        f"intranet/{team}/plan.py": f"# the plan of {team}\n" for team in ("ops", "sales")
    }


def test_a_loader_from_elsewhere_is_named_by_its_dotted_path(wiki: Pages) -> None:
    wiki[WIKI] = [
        page("Lunch is at noon.", title="Lunch", source=f"{WIKI}/lunch", when="2026-03-01"),
        page("Dinner is at six.", url=f"{WIKI}/dinner?v=2"),
        page("Tea is at four."),
    ]

    lunch, dinner, tea = documents(own(Wiki, WIKI, token="t"))

    assert (lunch.title, lunch.url, lunch.updated_at) == (
        "Lunch",
        f"{WIKI}/lunch",
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert (dinner.title, dinner.url) == (f"{WIKI}/dinner?v=2", f"{WIKI}/dinner?v=2")
    assert (tea.title, tea.url, tea.updated_at) == (WIKI, WIKI, None)
    assert [one.uri for one in (lunch, dinner, tea)] == [
        f"intranet/{WIKI}#lunch",
        f"intranet/{WIKI}#dinner?v=2",
        f"intranet/{WIKI}",
    ]


def test_names_that_look_alike_are_still_kept_apart(wiki: Pages) -> None:
    wiki["HR"] = [page("One.", source=name) for name in ("2", "", "", "HR", "a#2", "a", "a")]

    uris = [one.uri for one in documents(own(Wiki, "HR"))]

    assert len(set(uris)) == len(uris) == 7


def test_a_document_that_is_one_page_is_cited_by_its_number(wiki: Pages) -> None:
    address = f"{WIKI}/plan.pdf"
    wiki[address] = [page(f"Page {n + 1}.", page=n, source=address) for n in range(3)]
    wiki[address].append(page("A page label.", page="iv", source=address))

    passages = [passage for one in documents(own(Wiki, address)) for passage in split(one)]

    assert [(p.page, p.url) for p in passages] == [
        (1, f"{address}#page=1"),
        (2, f"{address}#page=2"),
        (3, f"{address}#page=3"),
        (None, address),
    ]


def test_only_addresses_of_the_web_and_files_become_links(wiki: Pages) -> None:
    wiki["HR"] = [page("Text.", source="javascript:alert(1)", page=1)]

    (document,) = documents(own(Wiki, "HR"))

    assert document.url == ""
    assert [passage.url for passage in split(document)] == [""]


def test_a_password_in_a_place_is_in_nothing_that_is_kept(wiki: Pages) -> None:
    place = "https://me:hunter2@wiki.example.com/space"
    wiki[place] = [page("One."), page("Two.", source=f"{place}/two")]
    wiki["https://me:hunter2@wiki.example.com/empty"] = []

    kept = read(own(Wiki, *wiki))

    assert len(kept) == 3
    assert "hunter2" not in repr(kept)


def test_the_place_becomes_the_first_argument_that_is_not_given(wiki: Pages) -> None:
    (document,) = documents(own(Issues, "acme/app", access_token="Ada"))

    assert document.text == "Ada reads acme/app"


def test_the_digest_changes_with_what_is_taken_over_and_with_nothing_else(
    wiki: Pages,
) -> None:
    def digest(text: str, **facts: object) -> str:
        wiki["HR"] = [page(text, **facts)]
        return documents(own(Wiki, "HR"))[0].digest

    first = digest("Text.", title="T", seen_by=object())

    assert digest("Text.", title="T", seen_by=object()) == first
    assert len({first, digest("Text!", title="T"), digest("Text.", title="U")}) == 3


def test_a_place_that_fails_is_named_without_the_words_of_the_error_and_what_was_read_still_stands(
    wiki: Pages,
) -> None:
    wiki["HR"] = [page("Fine."), page("broken")]
    wiki["IT"] = [page("Well.")]

    fine, broken, closed, well = read(own(Wiki, "HR", "closed", "IT", token="hunter2"))

    assert [one.text for one in (fine, well) if isinstance(one, Document)] == ["Fine.", "Well."]
    assert isinstance(broken, Unread) and isinstance(closed, Unread)
    assert (broken.uri, broken.kept) == ("intranet/HR", True)
    assert f"{HERE}.Wiki failed on it (ValueError)" in broken.reason
    assert (closed.uri, closed.kept) == ("intranet/closed", True)
    assert "reached no server that answers (ConnectionRefusedError)" in closed.reason
    assert "secret" not in broken.reason and "hunter2" not in closed.reason


def test_a_file_that_is_not_there_is_named_and_its_documents_leave(tmp_path: Path) -> None:
    (missing,) = unread(source("TextLoader", tmp_path / "gone.txt"))

    assert missing.reason.startswith("TextLoader found nothing there (RuntimeError): see that the place")
    assert not missing.kept


def test_a_place_without_end_is_left_at_a_limit() -> None:
    made = read(LangChainSource("intranet", f"{HERE}.Whole", {"count": 9}, [], Manner(documents=3)))

    assert len(made) == 4
    assert made[-1] == Unread(
        "intranet", "It has more than 3 documents; what was read of it before still stands.", kept=True
    )


def test_a_text_beyond_the_limit_of_a_file_is_named() -> None:
    (told,) = read(
        LangChainSource("intranet", f"{HERE}.Issues", {"access_token": "x" * 99}, ["r"], Manner(max_bytes=9))
    )

    assert isinstance(told, Unread) and told.reason.startswith("It is larger than 9 bytes")


@pytest.mark.parametrize(
    ("said", "readers"),
    [
        ({}, {"everyone"}),
        ({"audience": "group:S1, user:U1"}, {"group:S1", "user:U1"}),
        ({"access": ["channel:C1"]}, {"channel:C1"}),
        ({"allowed_users": ["U1", "U2"], "allowed_groups": "S1"}, {"user:U1", "user:U2", "group:S1"}),
        ({"allowed_channels": ["C1", "C2"], "audience": ["channel:C2"]}, {"channel:C2"}),
        ({"audience": "everyone", "allowed_users": ["U1"]}, {"user:U1"}),
        ({"allowed_users": []}, set()),
    ],
)
def test_who_may_read_is_taken_over(wiki: Pages, said: dict[str, object], readers: set[str]) -> None:
    wiki["HR"] = [page("Text.", **said)]

    (document,) = documents(own(Wiki, "HR"))

    assert document.audience.principals == readers


@pytest.mark.parametrize(
    "said",
    [
        {"access": "public"},
        {"audience": None},
        {"audience": {"group": "hr"}},
        {"allowed_users": None},
        {"allowed_users": [None, "U1"]},
        {"allowed_groups": ["hr and pay"]},
        {"allowed_users": ["everyone else"]},
        {"authorized_identities": ["ada@example.com"]},
    ],
)
def test_readers_that_cannot_be_understood_are_nobody(wiki: Pages, said: dict[str, object]) -> None:
    wiki["HR"] = [page("Text.", **said)]

    (told,) = unread(own(Wiki, "HR"))

    assert "cannot be understood" in told.reason and not told.kept


def test_which_keys_say_who_may_read_can_be_chosen(wiki: Pages) -> None:
    wiki["HR"] = [page("Text.", access="public", allowed_users=["U1"])]
    asked = own(Wiki, "HR")

    chosen = read(LangChainSource("intranet", f"{HERE}.Wiki", {}, ["HR"], Manner(readers=("allowed_users",))))
    asked.close()

    assert [one.audience.principals for one in chosen if isinstance(one, Document)] == [{"user:U1"}]


def test_nothing_found_and_nothing_in_it_are_said(wiki: Pages) -> None:
    wiki["HR"], wiki["IT"] = [], [page(" \n")]

    nothing, empty = unread(own(Wiki, "HR", "IT"))

    assert nothing == Unread("intranet/HR", f"{HERE}.Wiki found no document in it.")
    assert empty == Unread("intranet/IT", "It has no text.")


def test_a_loader_that_takes_no_place_is_asked_once() -> None:
    made = documents(own(Whole, count=2))

    assert [(one.uri, one.title, one.url) for one in made] == [
        ("intranet#0", "Note 0", ""),
        ("intranet#1", "Note 1", ""),
    ]


def test_a_loader_that_needs_a_place_says_so() -> None:
    assert "TextLoader does not take these arguments. It takes file_path" in complaint(source("TextLoader"))


def declared(*places: str, **options: object) -> LangChainSource:
    spec = Spec("intranet", "langchain", places, options=options)
    made = KINDS["langchain"].build(spec, Limits(1 << 20, Path("cache")))
    assert isinstance(made, LangChainSource)
    return made


def test_a_declared_source_gives_its_options_to_the_loader() -> None:
    more = {"access_token": "Ada"}

    (document,) = documents(
        declared(
            "acme/app", loader=f"{HERE}.Issues", place="repo", seconds=60, memory_mb=3000, **{"with": more}
        )
    )
    (other,) = documents(declared("Bo", loader=f"{HERE}.Issues", place="access_token", repo="acme/web"))

    assert (document.text, other.text) == ("Ada reads acme/app", "Bo reads acme/web")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "say which document loader is meant"),
        ({"loader": ""}, "loader is the class"),
        ({"loader": "X", "with": "token"}, "with is a table"),
        ({"loader": "X", "seconds": 0}, "seconds is how long"),
        ({"loader": "X", "seconds": True}, "seconds is how long"),
        ({"loader": "X", "memory_mb": "2G"}, "memory_mb is the megabytes"),
        ({"loader": "X", "documents": -1}, "documents is how many"),
        ({"loader": "X", "readers": "access"}, "readers is a list"),
        ({"loader": "X", "place": 3}, "place is the argument"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError, match=f"Source intranet: .*{said}"):
        declared("x", **options)


@pytest.mark.parametrize(
    ("loader", "said"),
    [
        ("TextLoder", "langchain-community has no document loader TextLoder: did you mean TextLoader"),
        ("Qqqqqqqq", "has no document loader Qqqqqqqq: write package.module.Class"),
        ("", "has no document loader : write package.module.Class"),
        ("no.such.module.Loader", "There is no Python module no.such.module: install the package"),
        ("..Loader", "cannot be imported"),
        (f"{HERE}.Nobody", f"The Python module {HERE} has no Nobody"),
        (f"{HERE}.NotALoader", "NotALoader is not a document loader: name a class"),
        ("os.getcwd", "os.getcwd is not a document loader"),
    ],
)
def test_a_name_that_is_no_loader_is_answered_with_what_to_write(loader: str, said: str) -> None:
    assert said in complaint(source(loader, "place"))


def test_arguments_that_the_loader_does_not_take_are_answered_with_those_it_takes() -> None:
    said = complaint(source("TextLoader", "a.txt", colour="red"))

    assert (
        "TextLoader does not take these arguments. It takes file_path, encoding, autodetect_encoding." in said
    )
    assert "--with NAME=VALUE" in said


@pytest.mark.parametrize(
    ("said", "package"),
    [
        ("`pysrt` not found, please install it with `pip install pysrt`", "pysrt"),
        ("Run `pip install -U langchain-community pdfminer.six`.", "pdfminer.six"),
        ("try pip install py-trello.", "py-trello"),
    ],
)
def test_a_package_that_a_loader_lacks_is_named(said: str, package: str) -> None:
    sentence = f"needs the Python package {package}: run `pip install {package}` and try again."

    assert complaint(own(Hungry, said)) == f"{HERE}.Hungry {sentence}"
    assert unread(own(Hungry, said, late=True))[0].reason.startswith(f"{HERE}.Hungry {sentence[:-1]};")


def test_a_package_that_nobody_names_is_said_to_be_missing() -> None:
    assert "needs a Python package that is not installed" in complaint(own(Hungry, "no luck: secret"))


def test_a_module_that_lacks_another_names_it_and_guesses_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_loader.py").write_text("import acme_client.api\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    said = complaint(source("acme_loader.Acme", "place"))

    assert said.startswith(
        "acme_loader.Acme needs the Python module acme_client: install the package that has it"
    )


def test_langchain_is_not_imported_before_a_loader_is_used() -> None:
    code = "import sys, retrieval.sources.langchain; print(*(n for n in sys.modules if n[:9] == 'langchain'))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_the_page_of_an_error_is_not_taken_for_the_page_that_was_asked_for() -> None:
    kept = Loaders("WebBaseLoader", {}).made("https://wiki.example.com")
    chosen = Loaders("WebBaseLoader", {"raise_for_status": False}).made("https://wiki.example.com")

    assert (kept.raise_for_status, chosen.raise_for_status) == (True, False)
