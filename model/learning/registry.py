"""Adapters in plain folders, one small file that says which of them answers, and a log of who changed it.

    adapters/<id>/{adapter_config.json, adapter_model.safetensors, train.json}    never changed
    serving.json     {"production": id or "", "previous": ..., "candidate": ...}  replaced whole
    events.jsonl     a line for each change, written before it is made

A change is the replacement of serving.json: before it nothing has happened, after it everything has. A
process that dies between the line and the replacement leaves a line without effect, as the next change says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from model.learning import preflight, tensors
from model.learning.basis import Basis
from model.learning.folders import alone, synced
from model.learning.pointer import ID, RegistryError, Serving, Step, read, replaced
from model.writing.endpoint import BASE

_FRESH = ".fresh-"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log; `serving` is what it led to."""

    at: float
    who: str
    what: str
    adapter: str
    why: str = ""
    serving: Serving = Serving()


class Registry:
    """The folder FOOTNOTE_HOME/models. Safe between processes; what only reads takes no lock."""

    def __init__(self, folder: Path, step: Step = lambda name: None) -> None:
        """`step` is called at each step at which a process may die."""
        self.folder, self._step = folder, step
        self.pointer, self.log = folder / "serving.json", folder / "events.jsonl"

    def serving(self) -> Serving:
        """Raises RegistryError where serving.json is none of ours."""
        return read(self.pointer)

    def adapters(self) -> list[str]:
        """Ids, oldest first."""
        found = (path.name for path in (self.folder / "adapters").glob("kb-*") if path.is_dir())
        return sorted((name for name in found if ID.fullmatch(name)), key=_number)

    def path(self, adapter: str) -> Path:
        """Where an adapter lies. Raises RegistryError where there is none of that id."""
        path = self.folder / "adapters" / adapter
        if not ID.fullmatch(adapter) or not path.is_dir():
            raise RegistryError(
                f"There is no adapter {adapter}. footnote adapters list names those there are."
            )
        return path

    def whole(self, adapter: str) -> None:
        """Raises RegistryError where it is not what was added under that id."""
        self.path(adapter)
        if not self._sound(adapter):
            raise RegistryError(f"The files of {adapter} are not those that were added. Add it again.")

    def training(self, adapter: str) -> dict[str, Any]:
        """Its train.json."""
        return preflight.loaded(self.path(adapter) / preflight.TRAINING) or {}

    def events(self) -> list[Event]:
        """Oldest first; a line that was cut when a process died is left out."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.is_file() else []
        return [event for line in lines if (event := _event(line))]

    def add(self, folder: Path, basis: Basis, who: str) -> str:
        """Takes a copy of a trainer's folder and returns its id; one that is here already keeps its own.
        Raises Unfit."""
        preflight.check(folder, basis).insist()
        with self._alone():
            fresh = self._copied(folder)
            try:
                preflight.check(fresh, basis).insist()  # what is kept is what was looked at
                return self._kept(fresh, who)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)

    def propose(self, adapter: str, who: str) -> None:
        """Makes it the candidate, which servers load beside production; empty: there is none."""
        with self._alone():
            if adapter:
                self.whole(adapter)
            self._turn(replace(self.serving(), candidate=adapter), Event(0, who, "candidate", adapter))

    def promote(self, adapter: str, who: str, override: str = "") -> Serving:
        """Lets it answer from now on. Raises RegistryError where no verdict `pass` of it against today's
        production is there, made on as much as is usual and since its last rollback, unless `override` says
        why that does not matter."""
        with self._alone():
            self.whole(adapter)
            now = self.serving()
            if now.production == adapter:
                raise RegistryError(f"{adapter} is in production already.")
            if not override.strip():
                self._passed(adapter, now.production)
            candidate = "" if now.candidate == adapter else now.candidate
            then = Serving(adapter, now.production, candidate)
            self._turn(
                then, Event(0, who, "promote", adapter, f"override: {override}" if override else "pass")
            )
            return then

    def rollback(self, who: str, why: str = "", only: str = "") -> Serving:
        """Lets the one before answer again, and where there is none, the base model. A second one goes on
        to the base, as does one where the one before is damaged: it never comes back to what was rolled
        back, and nothing keeps a bad adapter in production. Raises RegistryError where another one than
        `only` has come into production, if that is given."""
        with self._alone():
            now = self.serving()
            if not now.production:
                raise RegistryError("The base model answers: there is nothing to roll back.")
            if only not in ("", now.production):
                raise RegistryError(f"{only} answers no more: there is nothing to roll back.")
            back = now.previous
            if back and not self._sound(back):
                back, damaged = "", f"The files of {back} are not those that were added."
                why = f"{why} {damaged}".strip()
            then = Serving(back, "", now.candidate)
            self._turn(then, Event(0, who, "rollback", now.production, why))
            return then

    def verdict(self, candidate: str, production: str) -> dict[str, Any] | None:
        """What the gate said of the two; None where it has said nothing. `production` empty: the base."""
        name = f"{candidate}-vs-{production or BASE}"
        return preflight.loaded(self.folder / "verdicts" / name / "verdict.json")

    def verdicts(self, candidate: str) -> dict[str, str]:
        """What the gate has said of it, by the folder in which that lies."""
        found = sorted((self.folder / "verdicts").glob(f"{candidate}-vs-*/verdict.json"))
        return {path.parent.name: str((preflight.loaded(path) or {}).get("verdict")) for path in found}

    def _passed(self, adapter: str, production: str) -> None:
        given, other = self.verdict(adapter, production), production or "the base model"
        if given is None:
            raise RegistryError(
                f"{adapter} has not been judged against {other}, which answers now. Run footnote gate "
                f"{adapter} first, or give a reason with --override."
            )
        named = (given.get("candidate"), given.get("production"))
        if given.get("verdict") != "pass" or named != (adapter, production or BASE):
            said = given.get("verdict")
            raise RegistryError(
                f"The verdict on {adapter} against {other} is {said!r}, and only 'pass' promotes. Give a "
                "reason with --override to do it all the same."
            )
        anyway = "or give a reason with --override."
        if given.get("lowered"):
            raise RegistryError(
                f"The verdict asked for less than is usual: {given['lowered']} Do so, {anyway}"
            )
        back = [one.at for one in self.events() if (one.what, one.adapter) == ("rollback", adapter)]
        if back and back[-1] > _seconds(given.get("at")):
            raise RegistryError(
                f"{adapter} was rolled back after its verdict. Run footnote gate {adapter} --again, {anyway}"
            )

    def _sound(self, adapter: str) -> bool:
        """Whether its files are there and those that were added."""
        try:
            return adapter.endswith(digest(self.path(adapter))[:8])
        except (RegistryError, OSError, ValueError):  # gone, cannot be read, or is none of ours any more
            return False

    def _copied(self, folder: Path) -> Path:
        adapters = self.folder / "adapters"
        adapters.mkdir(parents=True, exist_ok=True)
        for old in adapters.glob(_FRESH + "*"):  # the remains of a process that died
            shutil.rmtree(old, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=adapters))
        for name in preflight.FILES:
            self._step("copying")
            shutil.copyfile(folder / name, fresh / name)
            synced(fresh / name)
        fresh.chmod(0o755)
        synced(fresh)
        return fresh

    def _kept(self, fresh: Path, who: str) -> str:
        """What is here already stays, unless it is damaged or gone: then it is made whole under its id."""
        content, events = digest(fresh)[:8], self.events()
        known = {one.adapter for one in events if ID.fullmatch(one.adapter)} | set(self.adapters())
        same = sorted((one for one in known if one.endswith(content)), key=_number)
        adapter = same[0] if same else f"kb-{max(map(_number, known), default=0) + 1:04}-{content}"
        said = any(one.what == "add" and one.adapter == adapter for one in events)
        if not self._sound(adapter):
            self._step("copied")
            self._placed(fresh, self.folder / "adapters" / adapter)
            if said:
                self._say(Event(0, who, "add", adapter, "made whole again", self.serving()))
        if not said:
            self._say(Event(0, who, "add", adapter, serving=self.serving()))
        return adapter

    def _placed(self, fresh: Path, place: Path) -> None:
        """Renames it to where it is kept, what lies there out of its way."""
        away = place.with_name(f"{_FRESH}{place.name}")
        if place.exists():
            place.rename(away)
            self._step("moved")
        fresh.rename(place)
        synced(place.parent)
        self._step("renamed")
        shutil.rmtree(away, ignore_errors=True)

    def _turn(self, then: Serving, event: Event) -> None:
        """Says and does it."""
        now, events = self.serving(), self.events()
        if events and events[-1].serving != now:
            self._say(Event(0, "footnote", "found", now.production, "the change before was cut short", now))
        self._say(replace(event, serving=then))
        replaced(self.pointer, then, self._step)

    def _say(self, event: Event) -> None:
        whole = not self.log.is_file() or self.log.read_bytes()[-1:] in (b"", b"\n")
        line = json.dumps(asdict(replace(event, at=time.time())), ensure_ascii=False)
        self._step("saying")
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line + "\n" if whole else f"\n{line}\n")
            file.flush()
            os.fsync(file.fileno())
        self._step("said")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with alone(self.folder):
            for old in self.folder.glob(".serving-*"):  # the remains of a process that died
                old.unlink(missing_ok=True)
            yield


def digest(folder: Path) -> str:
    """SHA-256 of an adapter: of its configuration, with lists of names sorted, as PEFT writes them in any
    order, and of each tensor. Two files with the same weights in another order are one."""
    taken = hashlib.sha256()
    config = _sorted(json.loads((folder / preflight.CONFIG).read_bytes()))
    taken.update(json.dumps(config, sort_keys=True).encode())
    for name, one in sorted(tensors.read(folder / preflight.WEIGHTS).items()):
        taken.update(json.dumps([name, one.dtype, one.shape]).encode())
        for piece in one.pieces():
            taken.update(piece.tobytes())
    return taken.hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(one) for key, one in value.items()}
    names = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return sorted(value) if names else value


def _number(adapter: str) -> int:
    found = ID.fullmatch(adapter)
    return int(found["number"]) if found else 0


def _seconds(at: object) -> float:
    """Since 1970; 0 where it is no time."""
    try:
        return datetime.fromisoformat(str(at)).timestamp()
    except ValueError:
        return 0.0


def _event(line: str) -> Event | None:
    try:
        given = json.loads(line)
        return Event(**given | {"serving": Serving(**given.get("serving", {}))})
    except (ValueError, TypeError, AttributeError):
        return None
