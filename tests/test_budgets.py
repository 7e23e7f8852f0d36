"""The size of the code is a promise to whoever reads it next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted(p for package in ("bot", "model", "retrieval") for p in (ROOT / package).rglob("*.py"))
FILE_LINES, FUNCTION_LINES, MOST_LINES, PARAMETERS = 300, 40, 12, 5
CHAIN_LINES = 80


@cache
def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return list(defined(ast.parse(path.read_text(encoding="utf-8"))))


def defined(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions inside; no expression is looked into, as none has one but a lambda."""
    for inside in ast.iter_child_nodes(node):
        if isinstance(inside, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside
        if isinstance(inside, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from defined(inside)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_file_fits_in_the_head() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}

    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {body_lines(node)} lines"
        for path in FILES
        for node in functions(path)
        if body_lines(node) > FUNCTION_LINES
    ]

    assert long == []


def test_most_functions_are_a_few_lines() -> None:
    lengths = sorted(body_lines(node) for path in FILES for node in functions(path))

    assert lengths[len(lengths) * 6 // 10] <= MOST_LINES


def _says_options(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is a command: each parameter is what a person may say, with its help."""
    notes = [ast.unparse(a.annotation) if a.annotation else "" for a in node.args.args]
    return bool(notes) and all(note.startswith("Annotated[") for note in notes)


def test_a_function_asks_for_few_things() -> None:
    greedy = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in FILES
        for node in functions(path)
        if not _says_options(node)
        and len([a for a in node.args.posonlyargs + node.args.args if a.arg not in ("self", "cls")])
        > PARAMETERS
    ]

    assert greedy == []


def test_the_product_is_one_short_file() -> None:
    assert len((ROOT / "bot" / "chain.py").read_text(encoding="utf-8").splitlines()) <= CHAIN_LINES


def test_file_names_are_nouns_of_the_field() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "base", "core", "misc"}

    assert [str(p) for p in FILES if p.stem in vague] == []


def test_no_two_files_of_tests_have_one_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names)), "pytest collects only the first of them"
