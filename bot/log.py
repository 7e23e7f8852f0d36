"""Where the log goes: ids, counts and durations; never a message, a document, a token or a name."""

from __future__ import annotations

import io
import logging
import logging.handlers
import traceback
from pathlib import Path

from bot.state import private_file
from retrieval.passage import SettingError

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _Private(logging.handlers.RotatingFileHandler):
    """Each file is its owner's alone. What it cannot write is not said over a person's sentence."""

    def _open(self) -> io.TextIOWrapper:
        private_file(Path(self.baseFilename))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def to_file(home: Path) -> str:
    """Sends the log to a file in `home` and says where, as a person would look for it; "" where it cannot."""
    folder = home / "log"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _Private(folder / "footnote.log", maxBytes=5_000_000, backupCount=3)
    except (OSError, SettingError):
        return ""
    handler.setFormatter(logging.Formatter(LINE))
    logging.getLogger().addHandler(handler)
    return f"FOOTNOTE_HOME/{folder.name}/footnote.log"


def to_terminal(level: str) -> None:
    """Sends the log of a server to standard error: ours at `level`, of foreign libraries warnings only, as at
    lower levels they print what they send and receive."""
    ours = logging.getLogger("footnote")
    ours.setLevel(level)
    logging.basicConfig(level=max(logging.WARNING, ours.level), format=LINE, force=True)


def frames(error: BaseException) -> str:
    """Kind and places of an error, without its text, which may hold somebody's words."""
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-6:]))}"
