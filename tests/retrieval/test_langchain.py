"""Any document loader of LangChain as a source: its documents, its failures, what is wrong with its name."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as Given
from memory_store import MemoryStore, Shelf
from numpy.typing import NDArray
from sqlalchemy.pool import StaticPool

from retrieval.index import Index, Summary
from retrieval.ledger import Ledger, metadata
from retrieval.passage import Document, FootnoteError, SettingError, Unread, Vectors
from retrieval.sources.langchain import LangChainSource, Place
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
HERE = __name__


class Wiki(BaseLoader):
    """Pages by place, as a company's own loader would give them."""

    pages: dict[str, list[Given]] = {}

    def __init__(self, space: str, *, token: str = "") -> None:
        if space == "closed":
            raise ConnectionRefusedError(f"token {token} refused")
        self.space = space

    def lazy_load(self) -> Iterator[Given]:
        for page in self.pages[self.space]:
            if page.page_content == "broken":
                raise ValueError("secret text of a page")
            yield page


class Issues(BaseLoader):
    """Takes its arguments by name only, the place not first."""

    def __init__(self, *, access_token: str, repo: str) -> None:
        self.said = f"{access_token} reads {repo}"

    def load(self) -> list[Given]:
        return [Given(self.said)]


class Hungry(BaseLoader):
    """Needs a package, when it is made or when it loads, and says so in words of its own."""

    def __init__(self, said: str, late: bool = False) -> None:
        self.said = said
        if not late:
            raise ImportError(said)

    def lazy_load(self) -> Iterator[Given]:
        raise ImportError(self.said)


class NotALoader: ...


@pytest.fixture
def wiki(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Given]]:
    pages: dict[str, list[Given]] = {}
    monkeypatch.setattr(Wiki, "pages", pages)
    return pages


def source(loader: str, *places: str | Path, **arguments: object) -> LangChainSource:
    return LangChainSource("intranet", loader, arguments, [str(place) for place in places])


def own(loader: type, *places: str | Path, **arguments: object) -> LangChainSource:
    return source(f"{HERE}.{loader.__name__}", *places, **arguments)


def read(given: LangChainSource) -> list[Document | Unread]:
    found = list(given.scan({}))
    loaded = (given.load(one) if isinstance(one, Place) else iter((one,)) for one in found)
    return [one for some in loaded for one in some]


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


def test_a_loader_from_elsewhere_is_named_by_its_dotted_path(wiki: dict[str, list[Given]]) -> None:
    wiki[WIKI] = [
        Given(
            "Lunch is at noon.", metadata={"title": "Lunch", "source": f"{WIKI}/lunch", "when": "2026-03-01"}
        ),
        Given("Dinner is at six.", metadata={"url": f"{WIKI}/dinner?v=2"}),
        Given("Tea is at four."),
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


def test_names_that_look_alike_are_still_kept_apart(wiki: dict[str, list[Given]]) -> None:
    wiki["HR"] = [Given("One.", metadata={"source": name}) for name in ("2", "", "", "HR", "a#2", "a", "a")]

    uris = [one.uri for one in documents(own(Wiki, "HR"))]

    assert len(set(uris)) == len(uris) == 7


def test_a_document_that_is_one_page_is_cited_by_its_number(wiki: dict[str, list[Given]]) -> None:
    address = f"{WIKI}/plan.pdf"
    wiki[address] = [Given(f"Page {n + 1}.", metadata={"page": n, "source": address}) for n in range(3)]
    wiki[address].append(Given("A page label.", metadata={"page": "iv", "source": address}))

    passages = [passage for one in documents(own(Wiki, address)) for passage in split(one)]

    assert [(p.page, p.url) for p in passages] == [
        (1, f"{address}#page=1"),
        (2, f"{address}#page=2"),
        (3, f"{address}#page=3"),
        (None, address),
    ]


def test_only_addresses_of_the_web_and_files_become_links(wiki: dict[str, list[Given]]) -> None:
    wiki["HR"] = [Given("Text.", metadata={"source": "javascript:alert(1)", "page": 1})]

    (document,) = documents(own(Wiki, "HR"))

    assert document.url == ""
    assert [passage.url for passage in split(document)] == [""]


def test_a_password_in_a_place_is_in_nothing_that_is_kept(wiki: dict[str, list[Given]]) -> None:
    place = "https://me:hunter2@wiki.example.com/space"
    wiki[place] = [Given("One."), Given("Two.", metadata={"source": f"{place}/two"})]
    wiki["https://me:hunter2@wiki.example.com/empty"] = []

    kept = read(own(Wiki, *wiki))

    assert len(kept) == 3
    assert "hunter2" not in repr(kept)


def test_the_place_becomes_the_first_argument_that_is_not_given(wiki: dict[str, list[Given]]) -> None:
    (document,) = documents(own(Issues, "acme/app", access_token="Ada"))

    assert document.text == "Ada reads acme/app"


def test_the_digest_changes_with_what_is_taken_over_and_with_nothing_else(
    wiki: dict[str, list[Given]],
) -> None:
    def digest(text: str, **facts: object) -> str:
        wiki["HR"] = [Given(text, metadata=facts)]
        return documents(own(Wiki, "HR"))[0].digest

    first = digest("Text.", title="T", seen_by=object())

    assert digest("Text.", title="T", seen_by=object()) == first
    assert len({first, digest("Text!", title="T"), digest("Text.", title="U")}) == 3


def test_a_place_that_fails_is_named_without_the_words_of_the_error(wiki: dict[str, list[Given]]) -> None:
    wiki["HR"] = [Given("Fine."), Given("broken")]
    wiki["IT"] = [Given("Well.")]

    fine, broken, closed, well = read(own(Wiki, "HR", "closed", "IT", token="hunter2"))

    assert [one.text for one in (fine, well) if isinstance(one, Document)] == ["Fine.", "Well."]
    assert isinstance(broken, Unread) and isinstance(closed, Unread)
    assert broken.uri == "intranet/HR" and f"{HERE}.Wiki failed on it (ValueError)" in broken.reason
    assert closed.uri == "intranet/closed" and "ConnectionRefusedError" in closed.reason
    assert "secret" not in broken.reason and "hunter2" not in closed.reason


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (missing,) = unread(source("TextLoader", tmp_path / "gone.txt"))

    assert missing.reason.startswith("TextLoader failed on it (RuntimeError): see that it is there")


def test_nothing_found_and_nothing_in_it_are_said(wiki: dict[str, list[Given]]) -> None:
    wiki["HR"], wiki["IT"] = [], [Given(" \n")]

    nothing, empty = unread(own(Wiki, "HR", "IT"))

    assert nothing == Unread("intranet/HR", f"{HERE}.Wiki found no document in it.")
    assert empty == Unread("intranet/IT", "It has no text.")


def test_without_a_place_there_is_nothing_to_index() -> None:
    with pytest.raises(FootnoteError, match="name a place"):
        list(source("TextLoader").scan({}))


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
    assert unread(own(Hungry, said, late=True))[0].reason == f"{HERE}.Hungry {sentence}"


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


class Embedding:
    """A vector for each text, the same each time; counts the texts it was given."""

    name, dimension = "tiny", 8

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
        made = np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(made / np.linalg.norm(made), np.float32)


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    made = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(made)
    yield made
    made.dispose()


def test_a_sync_embeds_what_changed_and_removes_what_is_gone(
    engine: sa.Engine, wiki: dict[str, list[Given]]
) -> None:
    shelf, embedding = Shelf(), Embedding()

    def sync() -> Summary:
        embedding.texts.clear()
        return Index(MemoryStore(shelf), embedding, Ledger(engine)).sync(own(Wiki, WIKI, "closed"))

    def page(name: str, text: str) -> Given:
        return Given(text, metadata={"source": f"{WIKI}/{name}", "title": name})

    wiki[WIKI] = [
        page("leave", "Leave is 18 weeks."),
        page("pay", "Pay day is the 25th."),
        page("tea", "Tea."),
    ]
    first = sync()
    same, embedded_again = sync(), list(embedding.texts)
    wiki[WIKI] = [
        page("new", "Welcome."),
        page("leave", "Leave is 20 weeks."),
        page("pay", "Pay day is the 25th."),
    ]
    last = sync()

    assert (first.new, same.unchanged, embedded_again) == (3, 3, [])
    assert (last.new, last.changed, last.unchanged, last.removed) == (1, 1, 1, 1)
    assert [one.uri for one in last.failed] == ["intranet/closed"]
    assert shelf.current
    assert sorted(p.text for p in shelf.current.passages.values()) == [
        "Leave is 20 weeks.",
        "Pay day is the 25th.",
        "Welcome.",
    ]
