"""What each node of a Weaviate on this machine is told: its ports, its peers, who may ask it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.ports import free

ROOT_USER = "root"


@dataclass(frozen=True, slots=True)
class Node:
    """A server of the cluster: its name, where its data lies, the ports that it listens on."""

    name: str
    data: Path
    http: int
    grpc: int
    gossip: int  # a local cluster expects each one's data port next to it
    raft: int  # and the port of its messages next to this one

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"


def placed(folder: Path, count: int, ports: tuple[int, int] | None) -> list[Node]:
    """`count` nodes on free ports, the first on `ports` (HTTP and gRPC) where they are given."""
    made = []
    for n in range(1, count + 1):
        first = free(6)  # in one row: picked one by one, two could be the same
        http, grpc = ports if ports and n == 1 else (first, first + 1)
        data = folder / f"node{n}" if count > 1 else folder
        made.append(Node(f"node{n}", data, http, grpc, first + 2, first + 4))
    return made


def environments(nodes: Sequence[Node], keys: Mapping[str, str]) -> list[dict[str, str]]:
    """The settings of each node. `keys`: of each user; none opens the server to whoever reaches it."""
    common = _shared(nodes) | (
        _guarded(keys) if keys else {"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true"}
    )
    return [common | _own(node, nodes) for node in nodes]


def _shared(nodes: Sequence[Node]) -> dict[str, str]:
    return {
        "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
        "CLUSTER_BIND_ADDR": "127.0.0.1",  # gossip and raft; gRPC and the data port know no such setting
        "CLUSTER_IN_LOCALHOST": "true",
        "CLUSTER_BASIC_AUTH_USERNAME": "footnote",
        "CLUSTER_BASIC_AUTH_PASSWORD": secrets.token_hex(16),
        "RAFT_JOIN": ",".join(f"{node.name}:{node.raft}" for node in nodes),
        "RAFT_BOOTSTRAP_EXPECT": str(len(nodes)),
        "GO_PROFILING_DISABLE": "true",
        "DEFAULT_VECTORIZER_MODULE": "none",
        "ENABLE_MODULES": "",
        "DISABLE_TELEMETRY": "true",
        "PERSISTENCE_MEMTABLES_FLUSH_DIRTY_AFTER_SECONDS": "1",  # until then its BM25 is wrong
        "AUTOSCHEMA_ENABLED": "false",
        "LOG_LEVEL": "warning",
    }


def _own(node: Node, nodes: Sequence[Node]) -> dict[str, str]:
    joined = {"CLUSTER_JOIN": f"127.0.0.1:{nodes[0].gossip}"} if node is not nodes[0] else {}
    return joined | {
        "PERSISTENCE_DATA_PATH": str(node.data.resolve()),
        "CLUSTER_HOSTNAME": node.name,
        "CLUSTER_GOSSIP_BIND_PORT": str(node.gossip),
        "CLUSTER_DATA_BIND_PORT": str(node.gossip + 1),
        "RAFT_PORT": str(node.raft),
        "RAFT_INTERNAL_RPC_PORT": str(node.raft + 1),
        "GRPC_PORT": str(node.grpc),
    }


def _guarded(keys: Mapping[str, str]) -> dict[str, str]:
    """A key for each user. With a user `root`, the others may do what their roles say; else everything."""
    roles = {"AUTHORIZATION_RBAC_ENABLED": "true", "AUTHORIZATION_RBAC_ROOT_USERS": ROOT_USER}
    return (roles if ROOT_USER in keys else {}) | {
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
        "AUTHENTICATION_APIKEY_ENABLED": "true",
        "AUTHENTICATION_APIKEY_ALLOWED_KEYS": ",".join(keys.values()),
        "AUTHENTICATION_APIKEY_USERS": ",".join(keys),
    }
