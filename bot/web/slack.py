"""Signed requests from Slack in, Bolt's answer out, off the event loop; the unsigned get a quiet 401."""

from __future__ import annotations

import logging

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.failpoint import failpoint

log = logging.getLogger("footnote.web")

LARGEST = 1_000_000  # bytes of a body; Slack's are far smaller


def site(app: App, signing_secret: str) -> Starlette:
    """The HTTP side: POST /slack/events takes events, clicks and commands; GET /healthz says it is up."""
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not genuine(verifier, body, request):
            log.info("unsigned request refused")
            return Response(status_code=401)
        asked = BoltRequest(
            body=body.decode(), query=request.url.query, headers={k: [v] for k, v in request.headers.items()}
        )
        return _response(await run_in_threadpool(app.dispatch, asked))

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz, methods=["GET"])]
    )


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return body


def genuine(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed it, within five minutes; what the verifier chokes on is not genuine."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, timestamp, signature)
    except (ValueError, TypeError):
        return False


def _response(answer: BoltResponse) -> Response:
    headers = {name: values[0] for name, values in answer.headers.items() if name != "content-length"}
    acked = BackgroundTask(failpoint, "acked")
    return Response(answer.body or b"", status_code=answer.status, headers=headers, background=acked)
