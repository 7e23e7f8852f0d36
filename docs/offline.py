"""What a team's stack tries to reach, traced where there is nothing but loopback: `python -m docs.offline`.

PostgreSQL, Weaviate, the stand-ins for a model server and for Slack, `footnote serve`, `footnote worker` and
commands run in a network namespace of their own. strace writes down every connection and every datagram of
every process, whatever language it is in; what is not for loopback is listed, look-ups (port 53) too.
A look-up on purpose has to be among them, or nothing was watched. It takes root, Linux and strace.
"""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HANDBOOK = ROOT / "examples" / "handbook"
CONTROL = "a-look-up-on-purpose.invalid"
QUESTIONS = 20
TRACED = "connect,sendto,sendmsg,sendmmsg"
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


def outside() -> None:
    """Runs the stack traced, then says what it reached for."""
    with tempfile.TemporaryDirectory(prefix="footnote-offline-") as folder:
        trace, told = Path(folder) / "trace", Path(folder) / "told"
        command = ["unshare", "--net", "strace", "--follow-forks", "--seccomp-bpf", "--decode-pids=comm"]
        command += ["--quiet=all", "--signal=none", f"--trace={TRACED}", f"--output={trace}"]
        command += [sys.executable, "-m", "docs.offline", "--inside", str(told)]
        subprocess.run(command, cwd=ROOT, check=True)
        _judge(list(attempts(trace.read_text("utf-8", "replace"))), json.loads(told.read_text("utf-8")))


def _judge(found: list[Attempt], told: dict[str, Any]) -> None:
    """Raises SystemExit where something reached out, or where the watching itself did not work."""
    names = {int(port): name for port, name in told["ports"].items()}
    inner = Counter(names.get(one.port, "one of these, asked back") for one in found if not one.beyond)
    outer = Counter(one for one in found if one.beyond and one.thread != told["control"])
    print(
        f"{told['answered']} of {told['asked']} questions answered, {told['seconds']:.0f} s in all, "
        f"doctor: {told['doctor']}"
    )
    print("within loopback: " + ", ".join(f"{name} {count}" for name, count in inner.most_common()))
    print(f"beyond it: {sum(outer.values())}")
    for one, count in sorted(outer.items()):
        print(f"  {one.who} -> {one.address}:{one.port}, {count} times")
    if not any(one.beyond and one.thread == told["control"] for one in found):
        raise SystemExit("The look-up on purpose was not seen: nothing is proven.")
    if outer or told["answered"] < told["asked"]:
        raise SystemExit(1)


def inside(told: Path) -> None:
    """The stack and what people do with it. Writes what came of it into `told`."""
    _loopback()
    control = subprocess.Popen([sys.executable, "-c", _ON_PURPOSE])
    control.wait()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-stack-")))
        folder.chmod(0o755)  # PostgreSQL is another user
        settings, ports = _servers(stack, folder)
        result = _used(stack, folder, settings, ports)
    told.write_text(
        json.dumps(result | {"ports": ports, "control": control.pid, "seconds": time.monotonic() - began}),
        "utf-8",
    )


_ON_PURPOSE = f"""
import socket
try:
    socket.getaddrinfo({CONTROL!r}, 443)
except OSError:
    pass
"""


def _loopback() -> None:
    """Switches it on: a new network has it, switched off."""
    up, set_flags = 1, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up))


def _servers(stack: ExitStack, folder: Path) -> tuple[dict[str, str], dict[int, str]]:
    from bot.play.model import ModelStandIn
    from deploy.postgres import server as postgres
    from deploy.weaviate import server as weaviate
    from deploy.weaviate.role import grant

    keys = {"root": "root-of-the-proof", "footnote": "bot-of-the-proof"}
    state = stack.enter_context(postgres.running())
    index = stack.enter_context(weaviate.running(keys=keys))
    grant(index.url, keys["root"], "footnote", "Footnote")
    address = stack.enter_context(ModelStandIn()).base_url
    ports = {
        _port(state.url): "PostgreSQL",
        _port(index.url): "Weaviate",
        index.grpc_port: "Weaviate (gRPC)",
        _port(address): "the model",
    }
    given = {"DATABASE_URL": state.url, "WEAVIATE_URL": index.url, "WEAVIATE_GRPC_PORT": str(index.grpc_port)}
    given |= {"WEAVIATE_API_KEY": keys["footnote"], "VLLM_BASE_URL": address, "FOOTNOTE_MODEL": "good"}
    return given | {"FOOTNOTE_PROFILE": "cluster", "FOOTNOTE_SOURCES": _sources(folder)}, ports


def _sources(folder: Path) -> str:
    file = folder / "sources.toml"
    file.write_text(f'[[source]]\nname = "handbook"\nkind = "files"\nlocation = "{HANDBOOK}"\n', "utf-8")
    return str(file)


def _port(url: str) -> int:
    return int(re.findall(r":(\d+)", url)[-1])


def _used(
    stack: ExitStack, folder: Path, settings: dict[str, str], ports: dict[int, str]
) -> dict[str, object]:
    from bot.play.slack import SlackStandIn
    from deploy.ports import free

    slack = stack.enter_context(SlackStandIn())
    ada = slack.add_user("ada", admin=True)
    channel = slack.add_channel("help", ada)
    ports[_port(slack.url)] = "the stand-in for Slack"
    settings = settings | slack.environment
    for name in ("worker", "serve"):
        watch = free()
        ports[watch] = "health and metrics"
        stack.enter_context(_started(folder, name, settings | {"FOOTNOTE_METRICS_PORT": str(watch)}))
    _ran(folder, ["index"], settings)
    if not slack.wait_for_connections(timeout=180):
        raise SystemExit((folder / "serve.log").read_text("utf-8"))
    asked = [slack.mention(ada, channel, question) for question in _questions()]
    answered = sum(_answered(slack, channel, ts) for ts in asked)
    for watch in (port for port, name in ports.items() if name == "health and metrics"):
        for page in ("readyz", "metrics"):
            urllib.request.urlopen(f"http://127.0.0.1:{watch}/{page}", timeout=10).read()
    doctor = _ran(folder, ["doctor"], settings, may_fail=True)
    return {"asked": len(asked), "answered": answered, "doctor": f"exit status {doctor}"}


def _questions() -> list[str]:
    rows = (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(row)["question"] for row in rows[:QUESTIONS]]


def _answered(slack: Any, channel: str, ts: str) -> bool:
    try:
        slack.wait_for_reply(channel, ts, timeout=180, until=lambda m: bool(m.edited) and not m.streaming)
    except (TimeoutError, AssertionError):
        return False
    return True


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    shell = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**shell, **settings, "FOOTNOTE_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}


@contextmanager
def _started(folder: Path, name: str, settings: Mapping[str, str]) -> Iterator[None]:
    with (folder / f"{name}.log").open("wb") as log:
        command = [sys.executable, "-m", "bot.cli", name]
        env = _environment(folder, settings)
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()


def _ran(folder: Path, words: list[str], settings: Mapping[str, str], *, may_fail: bool = False) -> int:
    command = [sys.executable, "-m", "bot.cli", *words]
    done = subprocess.run(
        command, env=_environment(folder, settings), cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode and not may_fail:
        log = folder / "home" / "log" / "footnote.log"
        raise SystemExit(done.stderr[-2000:] + (log.read_text("utf-8")[-2000:] if log.exists() else ""))
    return done.returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(Path(sys.argv[2]))
    else:
        outside()
