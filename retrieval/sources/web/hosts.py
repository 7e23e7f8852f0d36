"""A host's name in, the addresses out that may be connected to; never those inside, never a cloud's own."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.passage import SourceUnavailable

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_ALL_NUMBERS = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)  # 2130706433, 0x7f.1, 0177.0.0.1
_CLOUD = [  # where clouds tell a machine its secrets, and forms of address that hide another one
    ipaddress.ip_network(network)
    for network in (
        "169.254.0.0/16",
        "fe80::/10",
        "192.0.0.0/24",
        "168.63.129.16/32",
        "100.100.100.200/32",
        "fd00:ec2::/32",
        "fd20:ce::/32",
        "64:ff9b:1::/48",
        "::/96",
        "0.0.0.0/8",
        "240.0.0.0/4",
    )
]
_INSIDE = [ipaddress.ip_network(n) for n in ("100.64.0.0/10", "fc00::/7", "fec0::/10")]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Hosts:
    """Looks names up. `private`: those of one's own network are allowed; `loopback`: this machine is."""

    private: bool = False
    loopback: bool = False
    resolve: Resolve | None = None

    def addresses(self, host: str, port: int) -> list[str]:
        """The IP addresses of `host`, each allowed. Raises SourceUnavailable where one is not: a name that
        leads to both sides is a trap. Raises OSError where the name is not known."""
        if _ALL_NUMBERS.fullmatch(host) and not _plain(host):
            raise SourceUnavailable(
                f"{host} is a number and no host: write its name or its plain IP address."
            )
        found = list(dict.fromkeys((self.resolve or _resolved)(host, port)))
        for one in found:
            if problem := self._problem(ipaddress.ip_address(one.partition("%")[0])):
                raise SourceUnavailable(f"{host} was not asked: {problem}")
        return found

    def _problem(self, ip: IP) -> str:
        """Why an address is refused; empty where it is not. Another address inside it counts as well."""
        hidden = _hidden(ip)
        seen = hidden if hidden and _stands_for(ip) else [ip, *hidden]
        return next((problem for one in seen if (problem := self._refused(one))), "")

    def _refused(self, ip: IP) -> str:
        if ip.is_loopback:
            return "" if self.loopback else "it leads to this machine itself."
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified or any(ip in n for n in _CLOUD):
            return "it leads to an address that belongs to no web site."
        if self.private or (ip.is_global and not any(ip in network for network in _INSIDE)):
            return ""
        return (
            "it leads to an address inside a private network. If that is meant, set `private = true` for "
            "this source."
        )


def _stands_for(ip: IP) -> bool:
    """Whether an address is nothing but another one in the form of IPv6."""
    return isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped is not None or ip in _NAT64)


def _hidden(ip: IP) -> list[IP]:
    """IPv4 addresses that an IPv6 address stands for: mapped, NAT64, 6to4, Teredo."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return []
    low = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo or ()
    return [one for one in (ip.ipv4_mapped, low if ip in _NAT64 else None, ip.sixtofour, *teredo) if one]


def is_this_machine(host: str) -> bool:
    """Whether a host is named as this machine, by address or by name, without asking anybody."""
    if host == "localhost":
        return True
    plain = _plain(host)
    return bool(plain and plain.is_loopback)


def _plain(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
