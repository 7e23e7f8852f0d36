"""The connection to one Weaviate: made when it is first asked, and knocked at before each question."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import weaviate
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.config import GrpcConfig

from retrieval.passage import SearchUnavailable, SettingError
from retrieval.weaviate.errors import LOST, MISSET, REFUSED, SILENT, asking

FLOOR = (1, 35)
_OLD = "Weaviate {version} is too old. Footnote needs {floor} or newer."
_QUERY_S = 3
_HEARD_S = 10
_TIMEOUTS = Timeout(init=3, query=_QUERY_S, insert=30)
# The client asks a server that went away again for a minute. A call that waits for it ends at its deadline.
_WAITING = json.dumps({"methodConfig": [{"name": [{}], "waitForReady": True}]})

_AGAIN_MS = {"initial": 100, "min": 100, "max": 1000}  # by default up to two minutes, if it was away for long


class Server:
    """The Weaviate at `url`, whose gRPC is on the same host unless `grpc_host` names another."""

    def __init__(self, url: str, grpc_port: int, api_key: str, grpc_host: str = "") -> None:
        at = urlsplit(url)
        self._grpc = (grpc_host or at.hostname or "127.0.0.1", grpc_port)
        self._make = partial(_client, url, self._grpc, api_key)
        self._client, self._left = self._make(), list[weaviate.WeaviateClient]()
        self._guard = threading.Lock()
        self._heard, self._dead = time.monotonic(), False
        self.written = 0  # passages, since a table last settled

    def client(self) -> weaviate.WeaviateClient:
        """The client, connected. Raises SearchUnavailable where the server is older than FLOOR."""
        self.knock()
        if self._dead or not self._client.is_connected():
            with self._guard:
                if self._dead:
                    self._leave()
                if not self._client.is_connected():
                    self._connect()
        return self._client

    @contextmanager
    def asking(self, denied: str = REFUSED) -> Iterator[None]:
        """Turns what the client raises into a sentence. Where a call was waited for in vain and no other was
        answered meanwhile, the next has a connection of its own: one that a firewall or a failover forgot
        stays open and silent, as the kernel has it for a quarter of an hour."""
        began = time.monotonic()
        try:
            with asking(denied):
                yield
            self._heard = time.monotonic()
        except SearchUnavailable as error:
            if str(error) == SILENT and time.monotonic() - max(began, self._heard) > _QUERY_S - 1:
                self._dead = True
            raise

    def knock(self) -> None:
        """Raises OSError at once where nobody listens; costs a twentieth of a millisecond on one machine."""
        socket.create_connection(self._grpc, timeout=_QUERY_S).close()

    def refuse_unready(self) -> None:
        """Raises SearchUnavailable where a node that has just started is asked: it knows of nothing yet."""
        if not self.client().is_ready():
            raise SearchUnavailable(LOST)

    def until(self, seen: Callable[[], object]) -> None:
        """Waits until the node that is asked has heard of a change that the cluster has agreed on."""
        end = time.monotonic() + _HEARD_S
        while not seen():
            if time.monotonic() > end:
                raise SearchUnavailable(LOST)
            time.sleep(0.02)

    def close(self) -> None:
        for one in (self._client, *self._left):
            one.close()

    def _leave(self) -> None:
        """A fresh client; what others still ask of the one before comes to its own end."""
        for one in self._left:
            one.close()
        self._left, self._client, self._dead = [self._client], self._make(), False

    def _connect(self) -> None:
        try:
            self._client.connect()
            _refuse_old(str(self._client.get_meta().get("version", "")))
        except Exception:
            self._client.close()
            raise


def _refuse_old(version: str) -> None:
    if tuple(int(n) for n in re.findall(r"\d+", version)[:2]) < FLOOR:
        floor = ".".join(map(str, FLOOR))
        raise SearchUnavailable(_OLD.format(version=version or "without a version", floor=floor))


def _client(url: str, grpc: tuple[str, int], api_key: str) -> weaviate.WeaviateClient:
    at = urlsplit(url)
    secure = at.scheme == "https"
    try:
        if at.scheme not in ("http", "https") or not at.hostname:
            raise ValueError(at.scheme)
        params = weaviate.connect.ConnectionParams.from_params(
            http_host=at.hostname,
            http_port=at.port or (443 if secure else 80),
            http_secure=secure,
            grpc_host=grpc[0],
            grpc_port=grpc[1],
            grpc_secure=secure,
        )
    except ValueError as e:
        raise SettingError(MISSET) from e
    return weaviate.WeaviateClient(
        params,
        auth_client_secret=Auth.api_key(api_key) if api_key else None,
        # The schema as the node that is asked knows it: the leader may be away, and until() waits for news.
        additional_headers={"consistency": "false"},
        additional_config=AdditionalConfig(timeout=_TIMEOUTS, grpc_config=_waiting()),
        skip_init_checks=True,  # they would ask the internet for the client's newest version
    )


def _waiting() -> Any:
    soon = [(f"grpc.{which}_reconnect_backoff_ms", ms) for which, ms in _AGAIN_MS.items()]
    own = ("grpc.use_local_subchannel_pool", 1)  # else a fresh client takes over the dead connection
    return GrpcConfig(channel_options=[("grpc.service_config", _WAITING), own, *soon])
