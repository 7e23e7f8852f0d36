"""/footnote sources add: a web site tried out, then written at the end of sources.toml."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from bot.commands import Command, Order, Reply
from bot.indexing.trial import Looked
from bot.phrases import say
from bot.replies import printable
from retrieval.passage import EVERYONE, Audience, SettingError
from retrieval.sources import Spec, catalog
from retrieval.turns import Turns

SCHEDULE = "every 1d"
TURN = "sources.toml"


@dataclass(frozen=True, slots=True)
class Add:
    """`file` is sources.toml; `look` tries a source out; `taken` are the names of sources there are."""

    file: Path
    look: Callable[[Spec], Looked]
    taken: Callable[[], Collection[str]]
    turns: Turns

    def commands(self) -> tuple[Command, ...]:
        return (Command("sources add", self.run, "sources add ADDRESS everyone|here", 1, 2, admin=True),)

    def run(self, order: Order) -> Reply:
        """Says who could read it before anybody can: whoever adds it names the readers. Run again after a
        crash it finds it there."""
        url, readers = order.words[0], _readers(order)
        if not _is_site(url):
            return Reply(say("add_no_site", order.locale))
        if not readers or (order.words[-1].lower() == "here" and order.direct):
            return Reply(say("add_readers", order.locale, url=url))
        with self.turns.take(TURN):
            return self._added(order, url, readers)

    def _added(self, order: Order, url: str, readers: str) -> Reply:
        try:
            old, known = self._text(), self._known(url)
            again = (
                known is not None and self._written_since(order.at) and known.audience == Audience.of(readers)
            )
            if known and not again:
                return Reply(say("add_known", order.locale, name=known.name))
            name = known.name if known else _name(url, self.taken())
            new = old if known else f"{old.rstrip()}\n\n{entry(name, url, readers)}".lstrip()
            looked = self.look(self._checked(new, name))
        except SettingError as error:
            return Reply(say("add_refused", order.locale, reason=printable(str(error))[:1000]))
        if looked.problem:
            return Reply(say("add_failed", order.locale, url=url, reason=printable(looked.problem)))
        if not (known or _write(self.file, new)):
            wanted = entry(name, url, readers)
            return Reply(say("add_unwritable", order.locale, file=self.file.name, entry=wanted))
        key = "added_everyone" if readers == EVERYONE else "added_here"
        text = say(key, order.locale, name=name, count=looked.found, first=printable(looked.first))
        return Reply(text, "sources add", f"{name} {url} {readers}")

    def _written_since(self, at: datetime) -> bool:
        """Whether the file was written after that: by this very command, cut off before it could say so."""
        return self.file.stat().st_mtime >= at.timestamp()

    def _text(self) -> str:
        try:
            return self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        except (OSError, UnicodeDecodeError):
            raise SettingError(f"{self.file.name} cannot be read.") from None

    def _known(self, url: str) -> Spec | None:
        """The source that reads this address already."""
        specs = catalog.read(self.file, lambda _: "") if self.file.exists() else []
        sites = [spec for spec in specs if spec.kind == "web"]
        wanted = url.rstrip("/")
        return next((s for s in sites if wanted in {place.rstrip("/") for place in s.location}), None)

    def _checked(self, text: str, name: str) -> Spec:
        """The new entry as the whole file would have it. Raises SettingError with every mistake."""
        with tempfile.TemporaryDirectory() as folder:
            tried = Path(folder) / self.file.name
            tried.write_text(text, encoding="utf-8")
            return next(spec for spec in catalog.read(tried, lambda _: "") if spec.name == name)


def entry(name: str, url: str, readers: str) -> str:
    """The lines of sources.toml that declare it."""
    told = {"name": name, "kind": "web", "location": url, "audience": readers, "schedule": SCHEDULE}
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items())
    return "\n".join(["[[source]]", *lines, ""])


def _readers(order: Order) -> str:
    """Who may read it, as sources.toml says it; empty where nobody was named."""
    said = order.words[1].lower() if len(order.words) > 1 else ""
    return {EVERYONE: EVERYONE, "here": f"channel:{order.channel}"}.get(said, "")


def _is_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _name(url: str, taken: Collection[str]) -> str:
    stem = (urlsplit(url).hostname or "site").removeprefix("www.")[:50].strip(".-")
    used = {name.casefold() for name in taken}
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    return next(name for name in numbered if name not in used)


def _write(file: Path, text: str) -> bool:
    """Replaces the file whole, with the rights it had; whether it could."""
    fresh = ""
    try:
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        target = file.resolve()  # a link stays one
        handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=".sources")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(fresh, mode)
        os.replace(fresh, target)
        return True
    except OSError:
        with suppress(OSError):
            os.unlink(fresh)
        return False
