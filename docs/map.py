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


def drawn() -> str:
    """The map's Markdown."""
    parts = (f"**{name}/** - {what}\n\n{_listed(ROOT / name)}" for name, what in PACKAGES.items())
    return "\n" + "\n".join(parts) + "\n"


def replaced(readme: str) -> str:
    """`readme` with the map as it should be."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + drawn() + END + rest.split(END)[1]


def _listed(package: Path) -> str:
    files = [p for p in package.glob("*.py") if p.name != "__init__.py"]
    folders = list(package.glob("*/__init__.py"))
    named = {f"{p.parent.name}/" if p in folders else p.name: _sentence(p) for p in files + folders}
    return "".join(f"- `{name}` {named[name]}\n" for name in sorted(named))


def _sentence(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


if __name__ == "__main__":
    page = ROOT / "README.md"
    page.write_text(replaced(page.read_text(encoding="utf-8")), encoding="utf-8")
