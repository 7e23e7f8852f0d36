"""The text of docs/kept.md: every table and column of the state in, its kind, days and backup out.

python -m docs.kept > docs/kept.md
"""

from __future__ import annotations

from bot.care.kinds import Kind
from bot.settings import Settings
from bot.wiring.retention import SETTINGS, columns

HEAD = """\
# What is kept

Made from the code by `python -m docs.kept`; a test fails where a table or column has no entry.

Days are those by default; [Retention](running.md#retention) says who sees to them.
`footnote retention --columns` shows it with the settings of your machine.

| kind | what | goes after |
|---|---|---|
"""
MEANT = {
    Kind.WORDS: "words of people, of documents, and ours",
    Kind.EVENTS: "what came from Slack and was posted to it, once it is done; without words",
    Kind.FIGURES: "what became of answers: ids, numbers, votes",
    Kind.WEEKS: "figures of whole weeks",
    Kind.AUDIT: "who did what",
    Kind.TAUGHT: "what people reviewed and verified: until they, or whoever it is of, take it out",
    Kind.INDEX: "what is known of documents: as long as they are indexed",
    Kind.OPERATION: "settings made in Slack, marks of processes, digests: as long as they hold",
}
TABLE = "\n| table | column | kind | days | in backups |\n|---|---|---|---|---|\n"


def page() -> str:
    """The whole file."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    kinds = [f"| {kind} | {MEANT[kind]} | {_goes(kind)} |" for kind in Kind]
    rows = [
        f"| `{table}` | `{column}` | {kind} | {'' if days is None else days} | {'yes' if saved else 'no'} |"
        for table, column, kind, days, saved in columns(settings)
    ]
    return HEAD + "\n".join(kinds) + "\n" + TABLE + "\n".join(rows) + "\n"


def _goes(kind: Kind) -> str:
    return f"`{SETTINGS[kind]}`" if kind in SETTINGS else "never by itself"


if __name__ == "__main__":
    print(page(), end="")
