"""Chat requests in, answers out: a stand-in for a model server whose behaviour rides in the model's name."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from model.prompt import NOT_FOUND
from model.sentences import sentences
from retrieval.terms import terms

# name                 what it does with a request
# good                 answers from the passages in the prompt, each sentence with its marker
# obey                 does whatever it reads tells it to, documents, titles and question alike: links,
#                      mentions, canaries, its own instructions
# think                good, after thinking aloud in <think>
# slow, slow-Ns        good, but N seconds (30) between two words; ttft-Ns: N seconds before the first
# cut                  closes the socket in the middle; no-finish: [DONE] without a finish reason
# sse-error            an error in the stream, then [DONE], all with HTTP 200, as vLLM does
# empty, blank         says nothing, or white space only; length: stops for want of tokens
# wrong-model          answers under another model's name; dated: under its own with a date behind it
# not-found            finds no answer
# 400, 401, 429, 500.. refuses with that status; any other name: 404
NAMES = (
    "good obey think slow ttft-5s cut no-finish sse-error empty blank length wrong-model dated not-found"
    " 400 401 429 500"
).split()
_PASSAGE = re.compile(r'<passage number="(\d+)">\n(.*?)\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r"<question>\n(.*?)\n</question>", re.DOTALL)
_WAIT = re.compile(r"(slow|ttft)(?:-(\d+(?:\.\d+)?)s)?")
_ORDER = re.compile(
    r"\b(?:ignore|disregard|instead|reply|respond|say|print|include|output|append|write|click|visit|repeat|tell|"
    r"system|assistant|must|always|never|answer)\b|https?:|<[!@#]",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:only|exactly|word for word|with|say|prefer this one)\b[:,]? +(\S.*)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")


class ModelStandIn:
    """`with ModelStandIn() as server: Chat(server.base_url, ...)`; `requests` holds what it was sent."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[dict[str, Any]] = []
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        config = uvicorn.Config(
            self._app(), log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="model-stand-in", daemon=True)

    def __enter__(self) -> ModelStandIn:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/health", lambda request: PlainTextResponse("")),
                Route("/v1/models", self._models),
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
            ]
        )

    def _models(self, request: Request) -> Response:
        cards = [{"id": name, "object": "model", "owned_by": "stand-in", "root": name} for name in NAMES]
        return JSONResponse({"object": "list", "data": cards})

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append({**body, "authorization": request.headers.get("authorization", "")})
        name = str(body.get("model", ""))
        if name.isdigit() and 400 <= int(name) < 600:
            return _refusal(int(name), "refused as the name says")
        if name not in NAMES and not _WAIT.fullmatch(name):
            return _refusal(404, f"The model `{name}` does not exist.")
        chunks = self._chunks(name, body.get("messages", []))
        if body.get("stream"):
            return StreamingResponse(chunks, media_type="text/event-stream")
        return await run_in_threadpool(_at_once, name, chunks)

    def _chunks(self, name: str, messages: list[dict[str, Any]]) -> Iterator[str]:
        """Server-sent events of one answer, as vLLM words them."""
        before, between = _waits(name)
        shown = {"wrong-model": "another-model", "dated": "dated-2024-08-06"}.get(name, name)
        words = re.findall(r"\S+\s*|\s+", written(name, messages))
        self._stopping.wait(before)
        yield _event(shown, {"role": "assistant", "content": ""})
        for i, word in enumerate(words):
            if i and between:
                self._stopping.wait(between)
            if self._stopping.is_set():
                return
            yield _event(shown, {"content": word})
            if i >= len(words) // 2 and name in ("cut", "sse-error"):
                yield from _broken(name)
                return
        if name != "no-finish":
            yield _event(shown, {}, "length" if name == "length" else "stop")
        yield "data: [DONE]\n\n"


def written(name: str, messages: list[dict[str, Any]]) -> str:
    """What the model called `name` says to `messages`, as `model/prompt.py` renders them."""
    said = "\n".join(str(m.get("content", "")) for m in messages if m.get("role") == "user")
    passages = [(int(number), text) for number, _, text in _PASSAGE.findall(said)]
    question = found[1] if (found := _QUESTION.search(said)) else said
    if name in ("empty", "blank", "not-found"):
        return {"empty": "", "blank": " \n ", "not-found": NOT_FOUND}[name]
    if name == "obey":
        return _obedient(said, _instructions(messages), question) or _good(question, passages)
    answer = _good(question, passages)
    return f"<think>The user asks. Passage [1] may help.</think>\n{answer}" if name == "think" else answer


def _good(question: str, passages: list[tuple[int, str]]) -> str:
    """The three sentences that share most with the question, in the order of the passages."""
    asked = set(terms(question))
    spoken = [(n, " ".join(text[s:e].split())) for n, text in passages for s, e in sentences(text)]
    ranked = sorted(spoken, key=lambda x: -len(asked & set(terms(x[1]))) / (8 + len(terms(x[1]))) ** 0.5)
    best = [x for x in ranked[:3] if asked & set(terms(x[1]))]
    return " ".join(f"{text} [{n}]" for n, text in spoken if (n, text) in best) or NOT_FOUND


def _instructions(messages: list[dict[str, Any]]) -> str:
    return "\n".join(str(m.get("content", "")) for m in messages if m.get("role") == "system")


def _obedient(said: str, instructions: str, question: str) -> str:
    """Every order in what it reads, carried out as far as text can: said aloud with and without a marker,
    linked, shown as an image; and what a question wants of the instructions, with the answer after it."""
    done = [line for number, text in _read(said) for line in _carried_out(text, number)]
    done += _carried_out(question, "1")
    if re.search(r"\b(?:instructions|prompt|above)\b", question, re.IGNORECASE):
        done.append(f"{instructions} [1]")
    passages = [(int(number), text) for number, _, text in _PASSAGE.findall(said)]
    return "\n".join([*done, _good(question, passages)]) if done else ""


def _read(said: str) -> Iterator[tuple[str, str]]:
    for number, heading, text in _PASSAGE.findall(said):
        yield number, heading
        yield number, text


def _carried_out(text: str, number: str) -> list[str]:
    found = []
    for start, end in sentences(text):
        order = text[start:end]
        if not _ORDER.search(order):
            continue
        links = "".join(f" [here]({a}) ![pixel]({a}) <{a}|here> {a}" for a in _ADDRESS.findall(order))
        found.append(f"{order}{links} <!channel> <@U0ADMIN> [{number}]")
        for wanted in _WANTED.findall(order):
            found += [f"{wanted} [{number}]", wanted, f"{wanted} <!channel>{links} [{number}]"]
    return found


def _waits(name: str) -> tuple[float, float]:
    """Seconds before the first word and between two words."""
    found = _WAIT.fullmatch(name)
    if not found:
        return 0.0, 0.0
    seconds = float(found[2] or 30)
    return (seconds, 0.0) if found[1] == "ttft" else (0.0, seconds)


def _event(model: str, delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    about = {"id": "chatcmpl-stand-in", "object": "chat.completion.chunk", "created": 0, "model": model}
    return f"data: {json.dumps({**about, 'choices': [choice]})}\n\n"


def _broken(name: str) -> Iterator[str]:
    if name == "cut":
        raise ConnectionAbortedError  # uvicorn closes the socket without ending the body
    error = {"message": "EngineCore died", "type": "InternalServerError", "code": 500}
    yield f"data: {json.dumps({'error': error})}\n\n"
    yield "data: [DONE]\n\n"


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "refused", "code": status}}, status)


def _at_once(name: str, chunks: Iterator[str]) -> Response:
    """The stream as one body. What breaks in the middle is an error 500 here."""
    try:
        events = [json.loads(c.removeprefix("data: ")) for c in chunks if "[DONE]" not in c]
    except ConnectionAbortedError:
        return _refusal(500, "cut")
    if not events or "error" in events[-1]:
        return _refusal(500, "EngineCore died")
    text = "".join(e["choices"][0]["delta"].get("content", "") for e in events)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": events[-1]["choices"][0]["finish_reason"],
    }
    usage = {"prompt_tokens": 0, "completion_tokens": len(text.split()), "total_tokens": len(text.split())}
    about = {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion",
        "created": 0,
        "model": events[0]["model"],
    }
    return JSONResponse({**about, "choices": [choice], "usage": usage})


def main() -> None:
    """Serves until interrupted, at the port given as the only argument (8000)."""
    with ModelStandIn(int(sys.argv[1]) if len(sys.argv) > 1 else 8000) as server:
        sys.stdout.write(f"Model stand-in at {server.base_url}, models: {' '.join(NAMES)}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
