"""Events out: each parcel is tried, retried on Slack's schedule and recorded with its time to the ack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from bot.play.slack_records import Delivery
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json


@dataclass(frozen=True)
class Timing:
    """Seconds: how long an ack may take, the pause before each retry, the wait for a socket."""

    ack_timeout: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    hold: float = 360.0

    def compressed(self, factor: float) -> Timing:
        """The same schedule with pauses `factor` times shorter; the ack timeout stays."""
        return Timing(self.ack_timeout, tuple(pause / factor for pause in self.retries), self.hold)


@dataclass(frozen=True)
class Parcel:
    """Something for the app: `kind` is events_api, interactive or slash_commands."""

    kind: str
    payload: Json
    id: str

    @property
    def event_type(self) -> str:
        event = self.payload.get("event") or self.payload
        return str(event.get("type") or event.get("command") or "")


@dataclass(frozen=True)
class Attempt:
    """The how manieth retry this is (0 is the first try), and why the last one failed."""

    number: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `final` forbids retries (X-Slack-No-Retry)."""

    acked: bool
    via: str
    reason: str = ""
    status: int = 0
    response: Json | None = None
    final: bool = False


class Transport(Protocol):
    """A way to the app: Socket Mode or signed HTTP."""

    async def attempt(self, parcel: Parcel, attempt: Attempt) -> Outcome: ...


class Courier:
    """Carries parcels on the server's loop; may be called from any thread."""

    def __init__(self, workspace: Workspace, timing: Timing, transport: Transport) -> None:
        self._workspace, self._timing, self.transport = workspace, timing, transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: set[Future[None]] = set()
        self._held: list[Parcel] | None = None
        self.lost_acks = 0
        self.on_end: Callable[[Parcel, Outcome], None] = lambda parcel, outcome: None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def send(self, parcel: Parcel) -> None:
        if self._loop is None:
            raise RuntimeError("start the stand-in before something happens in it")
        with self._workspace.lock:
            if self._held is not None and parcel.kind == "events_api":
                self._held.append(parcel)
                return
            carried = asyncio.run_coroutine_threadsafe(self._carry(parcel), self._loop)
            self._under_way.add(carried)
        carried.add_done_callback(self._done)

    def hold(self) -> None:
        """Events wait from now on."""
        with self._workspace.lock:
            self._held = self._held or []

    def release(self, order: Callable[[list[Parcel]], list[Parcel]]) -> None:
        """The events that waited go out in this order."""
        with self._workspace.lock:
            held, self._held = self._held or [], None
        for parcel in order(held):
            self.send(parcel)

    def _lost(self, parcel: Parcel, outcome: Outcome) -> Outcome:
        """The ack that the app sent, or what Slack knows of one that never reached it."""
        with self._workspace.lock:
            if not outcome.acked or parcel.kind != "events_api" or not self.lost_acks:
                return outcome
            self.lost_acks -= 1
        return Outcome(False, outcome.via, "timeout", outcome.status)

    def _done(self, carried: Future[None]) -> None:
        with self._workspace.changed:
            self._under_way.discard(carried)
            self._workspace.changed.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until nothing is under way any more: every parcel acked, given up or dropped."""
        with self._workspace.changed:
            return self._workspace.changed.wait_for(lambda: not self._under_way, timeout)

    def stop(self) -> None:
        with self._workspace.lock:
            under_way = list(self._under_way)
        for carried in under_way:
            carried.cancel()

    async def _carry(self, parcel: Parcel) -> None:
        pauses = (0.0, *self._timing.retries) if parcel.kind == "events_api" else (0.0,)
        outcome = Outcome(False, "")
        for number, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            outcome = await self._try(parcel, Attempt(number, outcome.reason))
            if outcome.acked or outcome.final:
                break
        self.on_end(parcel, outcome)

    async def _try(self, parcel: Parcel, attempt: Attempt) -> Outcome:
        began, started = time.perf_counter(), self._workspace.clock.now()
        outcome = self._lost(parcel, await self.transport.attempt(parcel, attempt))
        spent = (time.perf_counter() - began) * 1000 if outcome.acked else None
        delivery = Delivery(
            parcel.id,
            parcel.kind,
            parcel.event_type,
            attempt.number,
            started,
            outcome.via,
            spent,
            outcome.reason,
            outcome.status,
            outcome.response,
        )
        self._workspace.record(delivery)
        return outcome
