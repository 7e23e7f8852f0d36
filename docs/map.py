"""The map in README.md: the three packages in, a line out for each file and folder, as its docstring puts it.

python -m docs.map    writes it between its two markers
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- map: python -m docs.map -->\n", "<!-- end of map -->\n"
PACKAGES = {
    "bot": "the application: commands, Slack, the chain",
    "model": "passages to words, and what people thought of them",
    "retrieval": "documents in, passages out",
}
OPENED = (
    "bot/answering",
    "bot/cli",
    "retrieval/lance",
    "retrieval/sources",
    "retrieval/weaviate",
)  # listed in turn


def drawn() -> str:
    """The map's Markdown."""
    parts = (f"**{name}/** - {what}\n\n{_listed(ROOT / name)}" for name, what in PACKAGES.items())
    return "\n" + "\n".join(parts) + "\n"


def replaced(readme: str) -> str:
    """`readme` with the map as it should be."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + drawn() + END + rest.split(END)[1]


def _listed(package: Path) -> str:
    return "".join(_line(path) + _within(path) for path in _modules(package))


def _modules(package: Path) -> list[Path]:
    """Its files and folders in the order of their names."""
    files = [path for path in package.glob("*.py") if not path.name.startswith("__")]
    return sorted([*files, *(path.parent for path in package.glob("*/__init__.py"))])


def _within(folder: Path) -> str:
    """The lines of a folder that is opened, a step to the right: no deeper, so that the map can be read."""
    opened = folder.relative_to(ROOT).as_posix() in OPENED
    return "".join(f"  {_line(path)}" for path in _modules(folder)) if opened else ""


def _line(path: Path) -> str:
    said = path / "__init__.py" if path.is_dir() else path
    return f"- `{path.name}{'/' if path.is_dir() else ''}` {_sentence(said)}\n"


def _sentence(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


if __name__ == "__main__":
    page = ROOT / "README.md"
    page.write_text(replaced(page.read_text(encoding="utf-8")), encoding="utf-8")
