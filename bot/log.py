"""Where the log goes: ids, counts and durations; never a message, a document, a token or a name."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def to_file(home: Path) -> str:
    """Sends the log to a file in `home` and says where, as a person would look for it."""
    folder = home / "log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(folder / "footnote.log", maxBytes=5_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter(LINE))
    logging.getLogger().addHandler(handler)
    return f"FOOTNOTE_HOME/{folder.name}/footnote.log"


def to_terminal(level: str) -> None:
    """Sends the log of a server to standard error."""
    logging.basicConfig(level=level, format=LINE, force=True)
