"""Socket Mode: WebSockets of the app in, envelopes out; one socket gets each, acks come back by id."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.play.slack_args import Args, SlackError
from bot.play.slack_delivery import Attempt, Outcome, Parcel, Timing
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

_MOST = 10


@dataclass(eq=False)
class Connection:
    """One socket of the app and the envelopes it has not acked yet."""

    name: str
    socket: WebSocket
    pending: dict[str, asyncio.Future[Outcome]] = field(default_factory=dict)
    leaving: bool = False


class Sockets:
    """All sockets of the app."""

    def __init__(self, workspace: Workspace, timing: Timing) -> None:
        self._workspace, self._timing = workspace, timing
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._arrived = asyncio.Event()
        self._turn = 0
        self.address = ""

    def ticket(self, workspace: Workspace, _: Args) -> Json:
        """apps.connections.open: an address that is good for one connection."""
        if len(self._connections) >= _MOST:
            raise SlackError("too_many_websockets")
        ticket = workspace.next_id("ticket")
        self._tickets.add(ticket)
        return {"url": f"{self.address}?ticket={ticket}&app_id={workspace.app_id}"}

    @property
    def count(self) -> int:
        return sum(not connection.leaving for connection in self._connections)

    async def serve(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4401)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(self._workspace.next_id("socket"), socket)
        await socket.send_text(json.dumps(self._hello()))
        self._join(connection)
        try:
            while True:
                self._acked(connection, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._leave(connection)

    def _hello(self) -> Json:
        about = {"host": "play", "build_number": 1, "approximate_connection_time": 3600}
        info = {"app_id": self._workspace.app_id}
        return {
            "type": "hello",
            "num_connections": self.count + 1,
            "debug_info": about,
            "connection_info": info,
        }

    def _join(self, connection: Connection) -> None:
        with self._workspace.changed:
            self._connections.append(connection)
            self._workspace.changed.notify_all()
        self._arrived.set()

    def _leave(self, connection: Connection) -> None:
        with self._workspace.changed:
            self._connections.remove(connection)
            self._workspace.changed.notify_all()
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_result(Outcome(False, connection.name, "timeout"))

    def _acked(self, connection: Connection, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = connection.pending.pop(str(answer.get("envelope_id", "")), None)
        if waiting is not None and not waiting.done():
            response = answer.get("payload") or None
            waiting.set_result(Outcome(True, connection.name, status=200, response=response))

    async def attempt(self, parcel: Parcel, attempt: Attempt) -> Outcome:
        timing = self._timing  # an event waits for a socket; a person who pressed something does not
        connection = await self._free(timing.hold if parcel.kind == "events_api" else timing.ack_timeout)
        if connection is None:
            return Outcome(False, "", "no connection")
        envelope_id = self._workspace.next_id("envelope")
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = waiting
        envelope: Json = {"envelope_id": envelope_id, "type": parcel.kind, "payload": parcel.payload}
        envelope["accepts_response_payload"] = parcel.kind != "events_api"
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
        try:
            await connection.socket.send_text(json.dumps(envelope))
            await asyncio.wait({waiting}, timeout=self._timing.ack_timeout)
        except (RuntimeError, WebSocketDisconnect):
            pass  # the socket closed while the envelope was on its way: not acked
        finally:
            connection.pending.pop(envelope_id, None)
        return waiting.result() if waiting.done() else Outcome(False, connection.name, "timeout")

    async def _free(self, patience: float) -> Connection | None:
        """The next socket in turn; where none is open, the first that comes within `patience` seconds."""
        deadline = asyncio.get_running_loop().time() + patience
        while not (free := [c for c in self._connections if not c.leaving]):
            self._arrived.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                return None
        self._turn += 1
        return free[self._turn % len(free)]

    async def disconnect(self, reason: str, grace: float) -> None:
        """Slack asks for new connections and, unless it only warns, closes these after `grace` seconds."""
        leaving = list(self._connections)
        for connection in leaving:
            connection.leaving = reason != "warning"
            notice = {"type": "disconnect", "reason": reason, "debug_info": {"host": "play"}}
            await connection.socket.send_text(json.dumps(notice))
        if reason != "warning":
            await asyncio.sleep(grace)
            for connection in leaving:
                if connection in self._connections:
                    await connection.socket.close()

    def drop(self) -> None:
        """Every connection breaks without a word."""
        for connection in list(self._connections):
            cut: Callable[[], None] = connection.socket.scope["footnote.cut"]
            cut()
