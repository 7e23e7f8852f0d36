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
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from bot.play.model_text import written

# name                 what it does with a request
# good                 answers from the passages in the prompt, each sentence with its marker
# obey                 does whatever it reads tells it to, documents, titles and question alike: links,
#                      mentions, canaries, its own instructions
# lie                  says a true sentence, then a wrong number, an invented fact and a forged marker
# wrong-number, negate, shift, forge, no-marker
#                      good, but with other numbers, the opposite said, cited to the passage after the right
#                      one, to a passage that there is not, to none
# invent, call         good, with an invented sentence; with links, mentions and addresses
# echo, over-long      repeats its prompt; does not stop, whatever it is allowed
# think, think-only    good, after thinking aloud in <think>; thinks and does nothing else
# slow, slow-Ns        good, but N seconds (30) between two words; ttft-Ns: N seconds before the first
# stall-N              says N words and no more, and the line stays open; hang: not even the head of an answer
# cut                  closes the socket in the middle; no-finish: [DONE] without a finish reason
# sse-error            an error in the stream, then [DONE], all with HTTP 200, as vLLM does
# bytes, page          what is no text in the middle; a page of HTML in the place of an answer
# empty, blank         says nothing, or white space only; length: stops for want of tokens
# wrong-model          answers under another model's name; dated: under its own with a date behind it
# not-found            finds no answer
# forget               good, but finds every text half as likely again as the others do
# 400, 401, 429, 500.. refuses with that status; any other name: 404
NAMES = (
    "good obey lie wrong-number negate shift forge no-marker invent call echo over-long think think-only slow"
    " ttft-5s stall-3 hang cut no-finish sse-error bytes page empty blank length wrong-model dated not-found"
    " forget 400 401 429 500"
).split()
TIMED = re.compile(r"(slow|ttft)(?:-(\d+(?:\.\d+)?)s)?|stall-(\d+)")
CONTEXT = 8192  # tokens of prompt and answer, as long as nothing else is set
_BROKEN = ("cut", "sse-error", "bytes")
_HEEDLESS = ("obey", "over-long", "echo")  # say more than they are allowed
_PIECE = re.compile(r"\w{1,4}|\W")


class ModelStandIn:
    """`with ModelStandIn() as server: Endpoint(server.base_url, "")`; `requests` holds what it was sent.

    `plays` lets a name behave as another from now on, `context` is the length that its models have.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests: list[dict[str, Any]] = []
        self.plays: dict[str, str] = {}
        self.context = CONTEXT
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
                Route("/tokenize", self._tokenize, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/completions", self._likely, methods=["POST"]),
            ]
        )

    def _models(self, request: Request) -> Response:
        card = {"object": "model", "owned_by": "stand-in", "max_model_len": self.context}
        return JSONResponse(
            {"object": "list", "data": [{"id": name, "root": name, **card} for name in NAMES]}
        )

    async def _tokenize(self, request: Request) -> Response:
        count = _tokens((await request.json()).get("messages", []))
        return JSONResponse({"count": count, "max_model_len": self.context, "tokens": list(range(count))})

    async def _likely(self, request: Request) -> Response:
        """How likely each token of a prompt is, as vLLM tells it; nothing of the first."""
        body = await request.json()
        name = self.plays.get(str(body.get("model", "")), str(body.get("model", "")))
        if refused := self._refused(name, body):
            return refused
        likely = -3.0 if name == "forget" else -2.0
        places = [{"1": {"logprob": likely, "rank": 1}} for _ in _PIECE.findall(str(body.get("prompt", "")))]
        choice = {"index": 0, "text": "", "finish_reason": "length", "prompt_logprobs": [None, *places[1:]]}
        return JSONResponse({"object": "text_completion", "model": body["model"], "choices": [choice]})

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append({**body, "authorization": request.headers.get("authorization", "")})
        name = str(body.get("model", ""))
        name = self.plays.get(name, name)
        if refused := self._refused(name, body):
            return refused
        if name == "hang":
            await run_in_threadpool(self._stopping.wait, 30)
            return _refusal(503, "hung")
        chunks = self._chunks(name, body)
        if body.get("stream"):
            return StreamingResponse(chunks, media_type="text/event-stream")
        return await run_in_threadpool(_at_once, chunks)

    def _refused(self, name: str, body: dict[str, Any]) -> Response | None:
        if name.isdigit() and 400 <= int(name) < 600:
            return _refusal(int(name), "refused as the name says")
        if name == "page":
            return HTMLResponse("<html><title>Sign in</title><p>The gateway asks who you are.</p></html>")
        if name not in NAMES and not TIMED.fullmatch(name):
            return _refusal(404, f"The model `{name}` does not exist.")
        prompt, answer = _tokens(body.get("messages", [])), _allowed(body)
        return None if prompt + answer <= self.context else _too_long(self.context, prompt, answer)

    def _chunks(self, name: str, body: dict[str, Any]) -> Iterator[str | bytes]:
        """Server-sent events of one answer, as vLLM words them."""
        before, between = _waits(name)
        shown = {"wrong-model": "another-model", "dated": f"{body['model']}-2024-08-06"}.get(
            name, body["model"]
        )
        said = re.findall(r"\S+\s*|\s+", written(name, body.get("messages", [])))
        words = said if name in _HEEDLESS else said[: _allowed(body) or None]
        self._stopping.wait(before)
        yield _event(shown, {"role": "assistant", "content": ""})
        for i, word in enumerate(words):
            if i and between:
                self._stopping.wait(between)
            if name == f"stall-{i}":
                self._stopping.wait(30)
            if self._stopping.is_set():
                return
            yield _event(shown, {"content": word})
            if i >= len(words) // 2 and name in _BROKEN:
                yield from _broken(name)
                return
        if name != "no-finish":
            yield _event(shown, {}, "length" if name == "length" or len(words) < len(said) else "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            yield _used(shown, _tokens(body.get("messages", [])), len(words))
        yield "data: [DONE]\n\n"


def _tokens(messages: list[dict[str, Any]]) -> int:
    """As this server counts them: up to four letters, or one character, and four for each turn."""
    return sum(4 + len(_PIECE.findall(str(m.get("content", "")))) for m in messages)


def _allowed(body: dict[str, Any]) -> int:
    """Tokens that the answer may have, here words; 0 where the request does not say."""
    return int(body.get("max_completion_tokens") or body.get("max_tokens") or 0)


def _waits(name: str) -> tuple[float, float]:
    """Seconds before the first word and between two words."""
    found = TIMED.fullmatch(name)
    if not found or not found[1]:
        return 0.0, 0.0
    seconds = float(found[2] or 30)
    return (seconds, 0.0) if found[1] == "ttft" else (0.0, seconds)


def _event(model: str, delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    about = {"id": "chatcmpl-stand-in", "object": "chat.completion.chunk", "created": 0, "model": model}
    return f"data: {json.dumps({**about, 'choices': [choice]})}\n\n"


def _used(model: str, read: int, written: int) -> str:
    """The last event, which has no choice, only counts: sent to whoever asks for it."""
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    about = {"id": "chatcmpl-stand-in", "object": "chat.completion.chunk", "created": 0, "model": model}
    return f"data: {json.dumps({**about, 'choices': [], 'usage': usage})}\n\n"


def _broken(name: str) -> Iterator[str | bytes]:
    if name == "bytes":
        yield b'data: {"choices": [{"index": 0, "delta": {"content": "\xff\xfe\xc3("}}]}\n\n'
        return
    if name == "cut":
        raise ConnectionAbortedError  # uvicorn closes the socket without ending the body
    error = {"message": "EngineCore died", "type": "InternalServerError", "code": 500}
    yield f"data: {json.dumps({'error': error})}\n\n"
    yield "data: [DONE]\n\n"


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "refused", "code": status}}, status)


def _too_long(context: int, prompt: int, answer: int) -> JSONResponse:
    """The refusal in vLLM's words."""
    said = (
        f"This model's maximum context length is {context} tokens. However, your prompt contains {prompt} "
        f"input tokens and {answer} are to be output. Please reduce the length of the input prompt."
    )
    return _refusal(400, said)


def _at_once(chunks: Iterator[str | bytes]) -> Response:
    """The stream as one body. What breaks in the middle is an error 500 here."""
    try:
        texts = [c if isinstance(c, str) else c.decode("utf-8") for c in chunks]
        events = [json.loads(c.removeprefix("data: ")) for c in texts if "[DONE]" not in c]
    except (ConnectionAbortedError, UnicodeDecodeError):
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
