"""What the texts say about the repository is so."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli import table
from bot.phrases import ENGLISH
from docs import environment, reference
from docs import map as drawing

ROOT = Path(__file__).resolve().parent.parent
ENTRANCE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
PAGES = [*ENTRANCE, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.md"))]
LOCKS = sorted((ROOT / "lock").glob("*.txt"))
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
NAMED = re.compile(r"`((?:bot|model|retrieval|tests|deploy|docs|examples|lock)/[\w./-]*)`")
CODE = re.compile(r"```(?:\w*)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
ADDRESS = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links|\s-[if]\s")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code(page: Path) -> str:
    """The page's code blocks and code spans: where its commands are."""
    return "\n".join(block or span for block, span in CODE.findall(text(page)))


def project() -> dict[str, object]:
    return tomllib.loads(text(ROOT / "pyproject.toml"))["project"]


def named(pattern: str) -> set[tuple[str, str]]:
    """What the code of the pages names in this way: page and name."""
    return {(page.name, name) for page in PAGES for name in re.findall(pattern, f"\n{code(page)}")}


def test_a_page_links_only_to_what_is_there() -> None:
    links = [(page, link.replace("\\", "")) for page in PAGES for link in LINK.findall(text(page))]

    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_a_page_names_only_files_that_are_there() -> None:
    names = [(page.name, name) for page in PAGES for name in NAMED.findall(text(page)) if "NAME" not in name]

    assert [(page, name) for page, name in names if not (ROOT / name).exists()] == []


def test_a_page_names_only_targets_that_make_knows() -> None:
    known = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))

    assert [one for one in named(r"\bmake ([a-z]+)") if one[1] not in known] == []


def test_a_page_names_only_commands_that_footnote_has() -> None:
    known = set(typer.main.get_group(table.app).commands)

    assert [one for one in named(r"(?<!\W/)\bfootnote ([a-z]+)") if one[1] not in known] == []


def test_a_page_names_only_what_can_be_typed_after_the_slash_command() -> None:
    typed = {key.removeprefix("help_").split("_")[0] for key in ENGLISH if key.startswith("help_")}

    assert [one for one in named(r"\W/footnote ([a-z]+)") if one[1] not in typed] == []


def test_the_python_of_the_readme_imports_what_exists() -> None:
    blocks = re.findall(r"```python\n(.*?)```", text(ROOT / "README.md"), re.DOTALL)
    tree = ast.parse("\n".join(blocks))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    names = [(str(node.module), name.name) for node in imports for name in node.names]

    assert names and all(hasattr(importlib.import_module(module), name) for module, name in names)


def test_the_map_in_the_readme_shows_every_module_as_it_is() -> None:
    readme = text(ROOT / "README.md")

    assert readme == drawing.replaced(readme), "run: python -m docs.map"


def test_the_example_of_settings_lists_each_with_its_default_and_sentence() -> None:
    written = text(ROOT / ".env.example")

    assert written == environment.example(), "run: python -m docs.environment > .env.example"


def test_the_reference_lists_every_command_and_setting_as_they_are() -> None:
    assert text(ROOT / "docs/reference.md") == reference.page(), "run: python -m docs.reference"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_package_and_names_no_address(lock: Path) -> None:
    lines = [line for line in text(lock).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    packages = [line for line in lines if not line.startswith(" ")]

    assert packages and all("==" in line for line in packages)
    assert [line for line in lines if ADDRESS.search(line)] == []


def test_the_page_on_dependencies_has_a_row_for_each() -> None:
    named = {re.split(r"[\[<>=]", str(need))[0] for need in project()["dependencies"]}  # type: ignore[attr-defined]

    rows = re.findall(r"^\| ([\w-]+) \| [\d.]+ \|", text(ROOT / "docs/dependencies.md"), re.MULTILINE)

    assert sorted(rows) == sorted(named)


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    versions = re.findall(r"^## \[(\d[^]]*)\]", text(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == project()["version"]


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_fits_one_page_and_asks_whether_nothing_would_do(page: Path) -> None:
    assert "\n## Could we do nothing?\n" in text(page)
    assert len(text(page).split()) < 600


def test_the_license_is_the_one_that_the_package_names() -> None:
    assert "Apache License\n                           Version 2.0" in text(ROOT / "LICENSE")
    assert project()["license"] == "Apache-2.0"
