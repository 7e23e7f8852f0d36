"""footnote admin manifest: the settings of the Slack app, with only what is wanted of it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from retrieval.passage import SettingError


def manifest(
    only: Annotated[
        str, typer.Option(metavar="PARTS", help="Only these, with commas between them; --list says which.")
    ] = "",
    parts: Annotated[bool, typer.Option("--list", help="The parts, each with its scopes.")] = False,
    url: Annotated[
        str, typer.Option(help="Over HTTP instead of a socket: https://HOST of footnote serve.")
    ] = "",
) -> None:
    """Print the manifest of the Slack app; with --only without each scope and event not needed for that.

    Paste it where Slack asks for a manifest: api.slack.com/apps, your app, App Manifest.

    Exit code 2: there is no such part, or no such address.
    """
    from bot.manifest import PARTS, over_http
    from bot.manifest import only as lean

    if parts:
        for name, part in PARTS.items():
            typer.echo(f"{name:<13} {part.says}: {', '.join(part.scopes) or 'no scope of its own'}")
        return
    whole = json.loads(text())
    wanted = [name for name in (part.strip() for part in only.split(",")) if name]
    made = lean(whole, wanted) if wanted else whole
    made = over_http(made, url) if url else made
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


def text() -> str:
    """deploy/slack/manifest.json, from the checkout or from the installed package."""
    for place in (Path(__file__).resolve().parents[2] / "deploy" / "slack", resources.files("bot")):
        found = place.joinpath("manifest.json")
        if found.is_file():
            return found.read_text()
    raise SettingError("deploy/slack/manifest.json is missing. Run footnote from the repository's folder.")
