"""Signed requests from Slack in, Bolt's answer out, off the event loop; the others get a quiet 401."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.failpoint import failpoint
from bot.meters import Meters

log = logging.getLogger("footnote.web")

LARGEST = 1_000_000  # bytes of a body; Slack's are far smaller
FRESH_S = 300.0  # of a signature: as old as Slack's own check lets it be


def site(app: App, signing_secret: str, meters: Meters) -> Starlette:
    """The HTTP side: POST /slack/events takes events, clicks and commands; GET /healthz says it is up."""
    verifier = SignatureVerifier(signing_secret)

    def away(reason: str, status: int) -> Response:
        log.info("request turned away: %s", reason)
        meters.turned_away(reason)
        return Response(status_code=status)

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return away("large", 413)
        if wrong := fault(verifier, body, request):
            return away(wrong, 401)
        named: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        try:
            asked = BoltRequest(body=body.decode(), query=request.url.query, headers=named)
        except (ValueError, TypeError, AttributeError):  # signed, and nothing that Bolt can read
            return away("broken", 400)
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


def fault(verifier: SignatureVerifier, body: bytes, request: Request) -> str:
    """Why it is not Slack's, or no longer: unsigned, stale, forged, or what the verifier chokes on."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    readable = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and signature.isascii()
    if not (readable and signature):
        return "unsigned"
    if abs(time.time() - int(timestamp)) > FRESH_S:
        return "stale"
    try:
        return "" if verifier.is_valid(body, timestamp, signature) else "forged"
    except (ValueError, TypeError):
        return "broken"


def _response(answer: BoltResponse) -> Response:
    headers = {name: values[0] for name, values in answer.headers.items() if name != "content-length"}
    acked = BackgroundTask(failpoint, "acked")
    return Response(answer.body or b"", status_code=answer.status, headers=headers, background=acked)
