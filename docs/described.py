"""The product's pages by an OpenAPI description of them: routes in, what schemathesis finds wrong out.

It draws requests for each address from the description, with every odd value it knows, sends them to
`footnote pages` on the example handbook, and holds each answer against what is written here: no error of
ours, no status and no kind that is not named, and each with the policy that lets nothing else in.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.environment import find

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance"
QUERY = ("document", "person", "question", "page", "key", "code", "state", "in")
FIELDS = ("question", "gap", "verdict", "text", "cause", "turn", "value", "correction", "source")
STATUSES = {
    200: "a page", 303: "another page", 400: "too little", 403: "no form of ours", 404: "nothing there",
    413: "too long",
}  # fmt: skip
_KINDS = {".css": ("text/css",), ".js": ("text/javascript",), ".svg": ("image/svg+xml",)}
_SHOWN = ("text/html", "text/plain", "image/svg+xml")
_FORM = "application/x-www-form-urlencoded"
_HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")


def description(routes: Sequence[tuple[str, str]], token: str) -> dict[str, Any]:
    """An OpenAPI document of routes, each a method and a path; `token` is that of the forms."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path in routes:
        plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
        paths.setdefault(plain, {})[method.lower()] = _operation(method, plain, token)
    return {"openapi": "3.1.0", "info": {"title": "Footnote's pages", "version": "1"}, "paths": paths}


def _operation(method: str, path: str, token: str) -> dict[str, Any]:
    named = [_parameter(name, "path") for name in re.findall(r"\{(\w+)\}", path)]
    asked = [_parameter(name, "query") for name in QUERY] if method == "GET" else []
    kinds = _SHOWN if named else _KINDS.get(Path(path).suffix, _SHOWN)
    answers = {
        str(status): _answer(said, () if status == 303 else kinds) for status, said in STATUSES.items()
    }
    described = {"parameters": named + asked, "responses": answers}
    return described | ({"requestBody": _form(token)} if method == "POST" else {})


def _answer(said: str, kinds: Sequence[str]) -> dict[str, Any]:
    headers = {name: {"required": True, "schema": {"type": "string"}} for name in _HEADERS}
    return {"description": said, "headers": headers} | (
        {"content": {kind: {} for kind in kinds}} if kinds else {}
    )


def _parameter(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}}


def _form(token: str) -> dict[str, Any]:
    fields: dict[str, Any] = {name: {"type": "string"} for name in FIELDS}
    fields["token"] = {"type": "string", "enum": [token]}
    schema = {"type": "object", "properties": fields, "required": ["token"]}
    return {"content": {_FORM: {"schema": schema}}}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in to pages: where they begin, the cookies to bring, and the token of their forms."""

    start: str
    cookies: str
    token: str


def entered(link: str) -> Visitor:
    """Whoever opens the link, which works once."""
    with httpx.Client(follow_redirects=True) as browser:
        token = re.findall(r'name="token" value="(\w+)"', browser.get(link).text)[0]
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return Visitor(link.partition("/in?")[0], cookies, token)


def tried(
    who: Visitor, routes: Sequence[tuple[str, str]], seed: int, examples: int, place: Path
) -> Iterator[str]:
    """What schemathesis says of the pages, from `examples` drawn requests an address on; the last line is how
    it ended, alone where nothing is wrong. Raises RuntimeError where it is not installed."""
    tool = find("schemathesis")
    if not tool.ready:
        raise RuntimeError("Run `python deploy/environment.py schemathesis` first: it makes what this needs.")
    file = place / "openapi.json"
    file.write_text(json.dumps(description(routes, who.token)), "utf-8")
    words = [str(tool.python.with_name("schemathesis")), "run", str(file), "--url", who.start]
    words += ["--checks", CHECKS, "--header", f"Cookie: {who.cookies}", "--max-examples", str(examples)]
    words += ["--seed", str(seed), "--no-color", "--warnings", "off", "--continue-on-failure"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=place)
    yield from _told(done.stdout + done.stderr, done.returncode)


def _told(out: str, status: int) -> Iterator[str]:
    """All it says where something is wrong, and a line from its summary."""
    yield from [line for line in out.splitlines() if line.strip()] if status else []
    counts = re.findall(r"Tested: (\d+)|(\d+) generated|(\d+) found", out)
    tested, made = ([one[n] for one in counts if one[n]][:1] for n in (0, 1))
    yield f"{' '.join(made) or 0} requests for {' '.join(tested) or 0} addresses, ended with {status}"
