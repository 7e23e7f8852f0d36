"""A table and rows of it in, the columns that say when such a row holds, and when not, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.tabular.tables import Row, Table

_NAMED = re.compile(  # what such a column is called
    r"\b(?:notes?|remarks?|comments?|conditions?|restrict\w*|exceptions?|exclu\w*|requirements?|requires?|"
    r"provisos?|provided|eligib\w*|applies(?: to)?|unless|only|"
    r"anmerkung\w*|bemerkung\w*|hinweise?|notiz\w*|bedingung\w*|voraussetzung\w*|einschränkung\w*|ausnahmen?|"
    r"gilt(?: für)?|nur)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(  # how a cell begins that allows less than the row does
    r"\W*(?:only|not|never|no longer|unless|except\w*|excluding|if|provided|as long as|nur|nicht|nie|sofern|"
    r"falls|wenn|außer|ausgenommen|solange|es sei denn)\s",
    re.IGNORECASE,
)


def provisos(table: Table, rows: Sequence[Row]) -> set[int]:
    """Columns called after notes or conditions, and those with a cell of `rows` that begins like one."""
    return {
        n
        for n, name in enumerate(table.columns)
        if _NAMED.search(name) or any(_LIMITS.match(row.cells[n]) for row in rows)
    }
