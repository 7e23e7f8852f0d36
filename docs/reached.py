"""What strace wrote in, the addresses that processes reached for out.

It writes down every connection and every datagram of every process, whatever language it is in: a hook in
Python sees only what Python does.
"""

from __future__ import annotations

import fcntl
import ipaddress
import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALL = re.compile(
    r"^(?P<thread>\d+)<(?P<who>[^>]*)> +\w+\(.*?sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\).*?"
    r'(?:inet_addr\("(?P<four>[^"]+)"\)|inet_pton\(AF_INET6, "(?P<six>[^"]+)")'
)


@dataclass(frozen=True, order=True)
class Attempt:
    """A process reached for an address."""

    who: str
    address: str
    port: int
    thread: int = field(compare=False)

    @property
    def beyond(self) -> bool:
        found = ipaddress.ip_address(self.address)
        inner = getattr(found, "ipv4_mapped", None) or found
        return self.port == 53 or not inner.is_loopback


def attempts(trace: str) -> Iterator[Attempt]:
    """Every address in what strace wrote; a call that was cut in two has it in its first half."""
    for line in trace.splitlines():
        if found := CALL.match(line):
            yield Attempt(
                found["who"], found["four"] or found["six"], int(found["port"]), int(found["thread"])
            )


def traced(trace: Path) -> list[str]:
    """The beginning of a command that runs in a network of its own, and writes down what is reached for."""
    command = ["unshare", "--net", "strace", "--follow-forks", "--seccomp-bpf", "--decode-pids=comm"]
    command += ["--quiet=all", "--signal=none", "--trace=connect,sendto,sendmsg,sendmmsg"]
    return [*command, f"--output={trace}"]


def loopback() -> None:
    """Switches it on, from within: a new network has it, switched off."""
    up, set_flags = 1, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up))
