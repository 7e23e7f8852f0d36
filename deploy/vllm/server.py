"""Starts vLLM: a model folder and adapters in, an OpenAI-compatible address out.

    python deploy/vllm/server.py install          makes its environment (vLLM on a CPU; --gpu: vLLM itself)
    python deploy/vllm/server.py run MODEL --adapter NAME=FOLDER --port 8000
    python deploy/vllm/server.py run MODEL --registry .footnote/models --port 8000

It listens on loopback only: with a key set, some of vLLM's routes still answer without one. `--host` is for a
container, whose network is private.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = Path(__file__).with_name("chat_template.jinja")
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.environment import Environment, find, install  # noqa: E402
from deploy.ports import free  # noqa: E402
from model.learning.basis import thinks  # noqa: E402
from model.writing.endpoint import BASE  # noqa: E402

HOST = "127.0.0.1"
THINKING = "--default-chat-template-kwargs"
PATIENCE_S = 600.0  # forty seconds on idle cores; minutes on busy ones, or when its files are read first


class NotStarted(RuntimeError):
    """vLLM ended or did not answer in time; the text names its log."""


@dataclass(frozen=True)
class Serving:
    """What is served and how. `offline` models are folders; others are fetched from the hub by vLLM."""

    model: str
    adapters: Mapping[str, Path] = field(default_factory=dict)
    port: int = 0
    gpu: bool = False
    context: int = 4096  # tokens of prompt and answer together
    extra: tuple[str, ...] = ()

    @property
    def offline(self) -> bool:
        return Path(self.model).is_dir()


@dataclass(frozen=True)
class Server:
    """A vLLM that answers. `base_url` ends in /v1."""

    base_url: str
    process: subprocess.Popen[bytes]
    log: Path
    seconds: float  # from start to the first token


def environment(gpu: bool = False) -> Environment:
    """Where vLLM is or will be installed."""
    return find("serve" if gpu else "serve-cpu")


def command(serving: Serving, port: int, host: str = HOST) -> list[str]:
    """The command line. Rank and counts are what the adapters of this project use; larger costs speed."""
    words = [str(environment(serving.gpu).python), "-m", "vllm.entrypoints.openai.api_server"]
    words += ["--model", serving.model, "--served-model-name", BASE, "--host", host, "--port", str(port)]
    words += ["--dtype", "bfloat16", "--max-model-len", str(serving.context)]
    words += ["--chat-template", str(TEMPLATE), "--disable-uvicorn-access-log"]
    if thinks(serving.model) and THINKING not in serving.extra:
        words += [THINKING, json.dumps({"enable_thinking": False})]
    if serving.adapters:
        words += ["--enable-lora", "--max-lora-rank", "16", "--max-loras", "3", "--max-cpu-loras", "4"]
        words.append("--lora-modules")
        for name, folder in serving.adapters.items():
            words.append(json.dumps({"name": name, "path": str(folder), "base_model_name": BASE}))
    return [*words, *serving.extra]


def variables(serving: Serving) -> dict[str, str]:
    """Its variables: no usage reports, no look-ups for a local model, no loading of adapters over HTTP. Its
    processes meet on loopback: to find an address of its own it would ask for the way to 8.8.8.8."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "PYTHONPATH")
    }
    kept |= {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    kept.setdefault("VLLM_HOST_IP", HOST)
    if not serving.gpu:
        kept["VLLM_CPU_KVCACHE_SPACE"] = kept.get("VLLM_CPU_KVCACHE_SPACE", "1")
    if serving.offline:
        kept |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return kept


@contextmanager
def running(serving: Serving, log: Path) -> Iterator[Server]:
    """A server that has given a token under each of its names; it ends with the block or with this process.

    Raises NotStarted. Call it from a thread that outlives the block: Linux ends the server with that thread.
    """
    port = serving.port or free()
    began = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command(serving, port),
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=variables(serving),
            cwd=log.parent,
            preexec_fn=_end_with_parent,
        )
    try:
        base_url = f"http://{HOST}:{port}/v1"
        _await(process, base_url, (BASE, *serving.adapters), log)
        yield Server(base_url, process, log, time.monotonic() - began)
    finally:
        _end(process)


def ask(base_url: str, model: str, text: str, limit: int = 1) -> dict[str, Any]:
    """One greedy completion, as vLLM sends it."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": limit}
    request = urllib.request.Request(
        f"{base_url}/chat/completions",
        data=json.dumps(body | {"temperature": 0}).encode(),
        headers={"Content-Type": "application/json"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def _await(process: subprocess.Popen[bytes], base_url: str, names: tuple[str, ...], log: Path) -> None:
    """Waits for a token under each name: /health is green before adapters are loaded."""
    end = time.monotonic() + PATIENCE_S
    waiting = list(names)
    while waiting:
        if process.poll() is not None:
            raise NotStarted(f"vLLM ended with status {process.returncode}; the reason is in {log}.")
        if time.monotonic() > end:
            raise NotStarted(f"vLLM did not answer within {PATIENCE_S:.0f} s; its log is {log}.")
        try:
            ask(base_url, waiting[0], "hello")
        except urllib.error.HTTPError as error:
            raise NotStarted(f"vLLM answers {error.code} for {waiting[0]}; the reason is in {log}.") from None
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
        else:
            waiting.pop(0)


def _end_with_parent() -> None:
    """Runs in the child: a killed parent must not leave a server of gigabytes behind (Linux).

    The group is its own, so that its engine and workers can be ended with it.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the engine and its workers outlive a server that is killed
    process.wait()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Installs or starts vLLM for Footnote.")
    parser.add_argument("what", choices=("install", "run"))
    parser.add_argument("model", nargs="?", help="a folder, or the name of a model on the hub")
    parser.add_argument("--adapter", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default=HOST, help="where to listen: another address only in a container")
    parser.add_argument("--context", type=int, default=4096, help="tokens of prompt and answer together")
    parser.add_argument(
        "--registry", type=Path, help="FOOTNOTE_HOME/models: serves what it names, and follows it"
    )
    parser.add_argument(
        "--one", action="store_true", help="with --registry: end the old server first, to save memory"
    )
    parser.add_argument("--logs", type=Path, help="with --registry: folder of its logs, if not beside it")
    parser.add_argument("--gpu", action="store_true")
    known, extra = parser.parse_known_intermixed_args(words)  # an image has options before the model
    made = install("serve" if known.gpu else "serve-cpu")
    if known.what == "install":
        print(made.folder)
        return 0
    if not known.model:
        parser.error("run needs a model: a folder, or the name of a model on the hub")
    adapters = {name: Path(path).resolve() for name, _, path in (a.partition("=") for a in known.adapter)}
    serving = Serving(known.model, adapters, known.port, known.gpu, known.context, tuple(extra))
    if known.registry:
        return _follow(serving, known)
    os.environ.update(variables(serving))
    line = command(serving, serving.port, known.host)
    os.execv(line[0], line)


def _follow(serving: Serving, known: argparse.Namespace) -> int:
    """Two servers share the card while one takes over from the other, so each is given less than a half."""
    from deploy.vllm.front import Front
    from deploy.vllm.supervisor import Supervisor
    from model.learning.registry import Registry

    share, aside = "--gpu-memory-utilization", not known.one
    if serving.gpu and aside and not any(word.startswith(share) for word in serving.extra):
        serving = replace(serving, extra=(*serving.extra, share, "0.45"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    made = Supervisor(serving, Registry(known.registry), Front(serving.port, known.host), aside)
    made.logs = known.logs or made.logs
    with contextlib.suppress(KeyboardInterrupt):
        made.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
