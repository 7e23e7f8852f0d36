"""The product's own pages by their OpenAPI description, as schemathesis draws requests from it.

`python -m docs.fuzz described 50` goes on for as long as it is told.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from wild import browsed

from deploy.environment import find
from docs import described
from docs.pages import staged
from tests.bot.conftest import settings_at

PAGES = Path(__file__).resolve().parents[2] / "bot" / "pages"


@pytest.fixture
def link(tmp_path: Path, missing: Callable[[str], None]) -> Iterator[str]:
    if not find("schemathesis").ready:
        missing("schemathesis: run `python deploy/environment.py schemathesis`")
    with staged(tmp_path / "home") as found:
        yield found


@pytest.mark.services
def test_no_page_answers_otherwise_than_its_description_says_and_it_is_noticed_where_one_does(
    tmp_path: Path, migrated: Path, drawn: random.Random, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())
    with browsed(settings_at(tmp_path)) as (_, paths, _):
        assert len(paths) > 20

    who = described.entered(link)
    told = list(described.tried(who, paths, drawn.randrange(1 << 30), 3, tmp_path))

    assert len(told) == 1 and re.fullmatch(
        rf"\d\d+ requests for {len(paths)} addresses, ended with 0", told[0]
    )
    monkeypatch.setattr(described, "STATUSES", {404: "nothing there"})
    assert list(described.tried(who, [("GET", "/sources")], 1, 1, tmp_path))[-1].endswith("ended with 1")


def test_every_field_that_the_pages_read_is_described() -> None:
    read = "\n".join(file.read_text("utf-8") for file in PAGES.glob("*.py"))
    fields = set(re.findall(r'\.said\(\s*"(\w+)"', read))
    asked = set(re.findall(r'query(?:\.get\(|\[)"(\w+)"', read))

    assert fields and fields <= set(described.FIELDS)
    assert asked and asked <= set(described.QUERY)


def test_a_path_of_several_parts_is_one_parameter_and_each_answer_has_the_policy() -> None:
    made = described.description([("GET", "/answers/{answer}/{rest:path}"), ("POST", "/votes")], "t0")

    shown = made["paths"]["/answers/{answer}/{rest}"]["get"]
    assert [one["name"] for one in shown["parameters"] if one["in"] == "path"] == ["answer", "rest"]
    assert all("Content-Security-Policy" in answer["headers"] for answer in shown["responses"].values())
    sent = made["paths"]["/votes"]["post"]["requestBody"]["content"]
    assert sent["application/x-www-form-urlencoded"]["schema"]["properties"]["token"]["enum"] == ["t0"]
