"""The process that a LangChain loader runs in: what goes wrong there stays there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from retrieval.passage import Document, SettingError, SourceUnavailable, Unread
from retrieval.sources.langchain import LangChainSource, Place
from retrieval.sources.langchain.process import Manner

pytestmark = pytest.mark.slow


def source(loader: str, *places: str, manner: Manner | None = None, **arguments: object) -> LangChainSource:
    return LangChainSource("intranet", f"company_loaders.{loader}", arguments, places, manner)


def read(given: LangChainSource) -> list[Document | Unread]:
    found = list(given.scan({}))
    made = [one for place in found if isinstance(place, Place) for one in given.load(place)]
    given.close()
    return made


def texts(given: LangChainSource) -> list[str]:
    made = read(given)
    assert all(isinstance(one, Document) for one in made), made
    return [one.text for one in made if isinstance(one, Document)]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("hang", "gave nothing for 20 s and was ended"),
        ("die", "made its process crash"),
        ("swell", "needed more memory than it may; memory_mb sets the limit"),
        ("swallow", "logged once that it could not read something"),
    ],
)
def test_a_loader_that_goes_wrong_harms_nothing_but_its_place(what: str, reason: str) -> None:
    made = read(source("Poison", what, "fine", manner=Manner(seconds=20, memory_mb=2000)))

    (told,) = [one for one in made if isinstance(one, Unread)]
    assert (told.uri, told.kept) == (f"intranet/{what}", True)
    assert reason in told.reason and "still stands" in told.reason
    assert [one.uri for one in made if isinstance(one, Document)][-2:] == [
        "intranet/fine#one",
        "intranet/fine#last",
    ]


@pytest.mark.parametrize(("what", "second"), [("ask", "said ''"), ("log", "Last.")])
def test_what_a_loader_asks_prints_and_logs_is_no_answer(what: str, second: str) -> None:
    assert texts(source("Poison", what))[1] == second


def test_a_loader_does_not_outlive_whoever_asked_it() -> None:
    code = (
        "import os, sys\n"
        "from retrieval.sources.langchain import LangChainSource\n"
        "asked = LangChainSource('intranet', 'company_loaders.Poison', {}, ['hang'])\n"
        "(found,) = asked.scan({})\n"
        "read = asked.load(found)\n"
        "next(read)\n"
        "print(asked._process._child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    here = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": here},
        check=False,
    )
    pid = int(done.stdout)
    for _ in range(200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the loader's process runs on")


def test_documents_are_taken_one_by_one() -> None:
    asked = source("Poison", "hang")
    (found,) = asked.scan({})
    assert isinstance(found, Place)

    first = next(iter(asked.load(found)))
    asked.close()

    assert isinstance(first, Document) and first.text == "One."


def test_a_loader_sees_the_keys_of_the_environment_but_not_those_of_footnote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONFLUENCE_KEY", "k")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")

    seen = texts(source("Nosy", "CONFLUENCE_KEY", "SLACK_BOT_TOKEN"))

    assert seen == ["CONFLUENCE_KEY is k", "SLACK_BOT_TOKEN is None"]


def test_an_argument_that_cannot_be_handed_over_is_refused() -> None:
    with pytest.raises(SettingError, match="cannot be handed to the process"):
        list(source("Wiki", "HR", token=lambda: "secret").scan({}))


def test_wrong_arguments_are_told_before_anything_is_read() -> None:
    with pytest.raises(SettingError, match="Wiki does not take these arguments"):
        list(source("Wiki", "HR", colour="red").scan({}))


def test_a_loader_whose_process_does_not_start_is_out_of_reach() -> None:
    with pytest.raises(SourceUnavailable, match="needed more than 16 MB"):
        list(source("Whole", manner=Manner(memory_mb=16)).scan({}))
