"""What goes wrong, what is then seen and which tests hold it: tests/faults.toml in, docs/reliability.md out.

python -m docs.faults          writes the page
python -m docs.faults --run    runs those tests, whatever they need, and ends as they do
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
HEAD = """\
# When things go wrong

Made from [tests/faults.toml](../tests/faults.toml) by `python -m docs.faults`; a test holds it to the tests
that it names, and `python -m docs.faults --run` runs them all.

A row is one fault and what a person then sees. Each link is a test that makes the fault happen and asserts
that: quick ones in `make check`, the others in `make test`, against stand-ins for Slack and a model and
against real Weaviate, PostgreSQL and vLLM. Lines of the network break in
[tests/broken_line.py](../tests/broken_line.py): late, reset, a black hole, half open, cut after so many
bytes. Many faults at once, drawn from a seed, are `python -m docs.storm`; killed processes
`python -m docs.killed`.
"""


@dataclass(frozen=True)
class Test:
    """One function of the tests."""

    file: Path
    function: str
    marks: frozenset[str]

    @property
    def link(self) -> str:
        words = self.function.removeprefix("test_").replace("_", " ")
        run = " (quick)" if not self.marks & {"slow", "services", "gpu"} else ""
        return f"[{words}](../{self.file.relative_to(ROOT).as_posix()}){run}"


@dataclass(frozen=True)
class Fault:
    """A row of the table; `left` says what of it no test does, and why."""

    of: str
    fault: str
    seen: str
    tests: tuple[str, ...] = ()
    left: str = ""


@cache
def tests() -> dict[str, Test]:
    """Every test by the name of its file and its own, as tests/faults.toml calls it."""
    found = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        whole = [node for node in tree.body if isinstance(node, ast.Assign) and _names(node, "pytestmark")]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = _marks([*node.decorator_list, *(mark.value for mark in whole)])
                found[f"{file.stem}.{node.name.removeprefix('test_')}"] = Test(file, node.name, marks)
    return found


def faults() -> list[Fault]:
    """The rows as they are written."""
    text = (ROOT / "tests" / "faults.toml").read_text(encoding="utf-8")
    return [Fault(**row | {"tests": tuple(row.get("tests", ()))}) for row in tomllib.loads(text)["fault"]]


def page() -> str:
    """The whole file."""
    rows = faults()
    named = {name for row in rows for name in row.tests}
    count = sum(bool(row.tests) for row in rows)
    parts = [HEAD, f"\n{len(rows)} faults, {count} of them run, by {len(named)} tests.\n"]
    for of, some in groupby(rows, key=lambda row: row.of):
        parts.append(f"\n## {of[0].upper()}{of[1:]}\n\n| fault | what is seen | held by |\n|---|---|---|\n")
        parts += [f"| {row.fault} | {row.seen} | {_held(row)} |\n" for row in some]
    return "".join(parts)


def _held(row: Fault) -> str:
    left = [f"**not run**: {row.left}"] if row.left else []
    return "; ".join([*(tests()[name].link for name in row.tests), *left])


def _names(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _marks(nodes: list[ast.expr]) -> frozenset[str]:
    inside = (inner for node in nodes for inner in ast.walk(node))
    return frozenset(inner.attr for inner in inside if isinstance(inner, ast.Attribute))


def run() -> int:
    """The exit status of the tests that rows name."""
    some = {tests()[name] for row in faults() for name in row.tests}
    command = [sys.executable, "-m", "pytest", "-q", *sorted(f"{one.file}::{one.function}" for one in some)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.faults")
    words.add_argument("--run", action="store_true")
    if words.parse_args().run:
        sys.exit(run())
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
