"""Where the log goes: ids, counts and durations; never a message, a document, a token or a name."""

from __future__ import annotations

import io
import json
import logging
import logging.handlers
import re
import time
import traceback
import uuid
from pathlib import Path
from typing import TextIO

from bot.sqlite import private_file
from retrieval.passage import SettingError

OURS = ("footnote", "bot", "model", "retrieval")  # what our loggers begin with
_PAIR = re.compile(r"\b([a-z_]+)=([^\s,;]+)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Lines(logging.Formatter):
    """A line a record. Of foreign libraries only where in their code it was said: their words may be
    somebody's. Of an error its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{_at(record, ',%03d')} {record.levelname} {record.name} {_said(record)}"


class Json(logging.Formatter):
    """The same as a JSON object a line; what a line says as name=value is a field of its own."""

    def format(self, record: logging.LogRecord) -> str:
        said = _said(record)
        line: dict[str, object] = {"at": _at(record, ".%03dZ", "T"), "level": record.levelname}
        line |= {"logger": record.name, "says": said}
        fields = _PAIR.findall(said) if _ours(record) else ()
        return json.dumps(line | {name: _value(text) for name, text in fields if name not in line})


FORMS: dict[str, type[logging.Formatter]] = {"text": Lines, "json": Json}


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
    handler.setFormatter(Lines())
    logging.getLogger().addHandler(handler)
    return f"FOOTNOTE_HOME/{folder.name}/footnote.log"


def to_terminal(level: str, form: str = "text", stream: TextIO | None = None) -> None:
    """Sends the log of a server to standard error: ours at `level`, of foreign libraries that they warned.
    What a library warns of by itself (`warnings`) goes the same way."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMS[form]())
    lowest = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(level=lowest, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def frames(error: BaseException) -> str:
    """Kind and places of an error, without its text, which may hold somebody's words."""
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-6:]))}"


def _ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _said(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    said = record.getMessage() if _ours(record) else f"at {record.filename}:{record.lineno}"
    return f"{said} {frames(error)}" if error else said


def _at(record: logging.LogRecord, form: str, between: str = " ") -> str:
    second = time.strftime(f"%Y-%m-%d{between}%H:%M:%S", time.gmtime(record.created))
    return second + form % record.msecs


def _value(text: str) -> str | int | float:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def new_reference() -> str:
    """What a person is told, and the log says of the error behind it: eight letters and digits."""
    return uuid.uuid4().hex[:8].upper()
