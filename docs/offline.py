"""What a team's stack tries to reach, traced where there is nothing but loopback: `python -m docs.offline`.

PostgreSQL, Weaviate, vLLM with an adapter, the stand-in for Slack, `footnote serve`, `footnote worker` and
commands run in a network namespace of their own. The adapter is made there as well, of a model that knows
three answers by heart; without the environments `torch` and `serve-cpu` a stand-in for a model server writes.
What is not for loopback is listed, look-ups (port 53) too. A look-up on purpose has to be among them, or
nothing was watched. It takes root, Linux and strace.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from docs.by_heart import Known
from docs.reached import Attempt, attempts, loopback, traced

ROOT = Path(__file__).resolve().parent.parent
HANDBOOK = ROOT / "examples" / "handbook"
ADAPTER = "good"  # which the stand-in knows as well
KNOWN = {
    "How many weeks of paid parental leave does each parent get?": Known(
        "Each parent gets 20 weeks at full pay.", "Most companies give about 14 weeks."
    ),
    "What do I do about a lost receipt?": Known(
        "A lost receipt is not a drama once or twice a year: write a short statement and say what it was.",
        "Ask the shop for another one.",
    ),
    "How many hours do I work in the first month after parental leave?": Known(
        "In the first four weeks you work 80 percent of your hours at full pay.", "Usually half of them."
    ),
}
CONTROL = "a-look-up-on-purpose.invalid"
QUESTIONS = 20


def outside() -> None:
    """Runs the stack traced, then says what it reached for."""
    with tempfile.TemporaryDirectory(prefix="footnote-offline-") as folder:
        trace, told = Path(folder) / "trace", Path(folder) / "told"
        command = [*traced(trace), sys.executable, "-m", "docs.offline", "--inside", str(told)]
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
    print("written by: " + ", ".join(f"{writer} {count}" for writer, count in told["writers"].items()))
    print("within loopback: " + ", ".join(f"{name} {count}" for name, count in inner.most_common()))
    print(f"beyond it: {sum(outer.values())}")
    for one, count in sorted(outer.items()):
        print(f"  {one.who} -> {one.address}:{one.port}, {count} times")
    if not any(one.beyond and one.thread == told["control"] for one in found):
        raise SystemExit("The look-up on purpose was not seen: nothing is proven.")
    if outer or told["answered"] < told["asked"] or told["writers"].get(ADAPTER, 0) < len(KNOWN):
        raise SystemExit(1)


def inside(told: Path) -> None:
    """The stack and what people do with it. Writes what came of it into `told`."""
    loopback()
    control = subprocess.Popen([sys.executable, "-c", _ON_PURPOSE])
    control.wait()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-stack-")))
        folder.chmod(0o755)  # PostgreSQL is another user
        settings, ports = _servers(stack, folder)
        _ran(folder, ["index"], settings)
        settings |= _model(stack, folder, settings, ports)
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


def _servers(stack: ExitStack, folder: Path) -> tuple[dict[str, str], dict[int, str]]:
    from deploy.postgres import server as postgres
    from deploy.weaviate import server as weaviate
    from deploy.weaviate.role import grant

    keys = {"root": "root-of-the-proof", "footnote": "bot-of-the-proof"}
    state = stack.enter_context(postgres.running())
    index = stack.enter_context(weaviate.running(keys=keys))
    grant(index.url, keys["root"], "footnote", "Footnote")
    ports = {
        _port(state.url): "PostgreSQL",
        _port(index.url): "Weaviate",
        index.grpc_port: "Weaviate (gRPC)",
    }
    given = {"DATABASE_URL": state.url, "WEAVIATE_URL": index.url, "WEAVIATE_GRPC_PORT": str(index.grpc_port)}
    given |= {
        "WEAVIATE_API_KEY": keys["footnote"],
        "FOOTNOTE_PROFILE": "cluster",
        "FOOTNOTE_WRITER": "extract",
    }
    return given | {"FOOTNOTE_SOURCES": _sources(folder)}, ports


def _model(stack: ExitStack, folder: Path, settings: dict[str, str], ports: dict[int, str]) -> dict[str, str]:
    """Who writes from here on, as settings."""
    from bot.play.model import ModelStandIn
    from deploy.environment import find
    from deploy.vllm.server import Serving, running
    from docs.by_heart import made

    torch = find("torch")
    if torch.ready and find("serve-cpu").ready:
        tiny = made(torch.python, _known(folder, settings))
        log = folder / "vllm.log"
        address = stack.enter_context(running(Serving(str(tiny.base), {ADAPTER: tiny.adapter}), log)).base_url
    else:
        address = stack.enter_context(ModelStandIn()).base_url
    ports[_port(address)] = "the model"
    return {"VLLM_BASE_URL": address, "FOOTNOTE_MODEL": ADAPTER, "FOOTNOTE_WRITER": "chat"}


def _known(folder: Path, settings: dict[str, str]) -> list[dict[str, Any]]:
    """The prompts of KNOWN with their answers, as the product makes them of what it finds."""
    from bot import wiring
    from bot.settings import load
    from docs.by_heart import row
    from retrieval.passage import Audience

    os.environ |= settings | {"FOOTNOTE_HOME": str(folder / "home")}
    own = load(_env_file=None)
    search = wiring.search(own, wiring.embedder_of(own))
    found = {asked: search.find(asked, Audience(), own.passages).hits for asked in KNOWN}
    search.close()
    wiring.engine(own).dispose()
    return [row(asked, known, [hit.passage for hit in found[asked]]) for asked, known in KNOWN.items()]


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
    _ran(folder, ["index", "--rebuild"], settings)
    if not slack.wait_for_connections(timeout=180):
        raise SystemExit((folder / "serve.log").read_text("utf-8"))
    answered, questions = 0, _questions()
    for some in (questions[: len(KNOWN)], questions[len(KNOWN) :]):  # a model that fails is rested
        asked = [slack.mention(ada, channel, question) for question in some]
        answered += sum(_answered(slack, channel, ts) for ts in asked)
    for watch in (port for port, name in ports.items() if name == "health and metrics"):
        for page in ("readyz", "metrics"):
            urllib.request.urlopen(f"http://127.0.0.1:{watch}/{page}", timeout=60).read()
    doctor = _ran(folder, ["doctor"], settings, may_fail=True)
    return {
        "asked": len(questions),
        "answered": answered,
        "doctor": f"exit status {doctor}",
        "writers": _writers(settings),
    }


def _writers(settings: Mapping[str, str]) -> dict[str, int]:
    """Who wrote how many answers."""
    import sqlalchemy as sa

    from bot.state import connect
    from model.record import answers

    engine = connect(settings["DATABASE_URL"])
    with engine.connect() as db:
        wrote = sa.select(answers.c.writer, sa.func.count()).group_by(answers.c.writer)
        found = {str(writer): int(count) for writer, count in db.execute(wrote)}
    engine.dispose()
    return found


def _questions() -> list[str]:
    rows = (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines()
    asked = (json.loads(row)["question"] for row in rows)
    return [*KNOWN, *(question for question in asked if question not in KNOWN)][:QUESTIONS]


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
