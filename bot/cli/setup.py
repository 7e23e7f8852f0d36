"""footnote setup: the way into Slack. Prints a link that makes the app, verifies the tokens, writes .env."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from bot.cli.manifest import text
from retrieval.passage import SettingError

Ask = Callable[[str], str]
Say = Callable[[str], None]

STEPS = """1. Open this link, choose your workspace and create the app:
   {link}
2. Install App: install it to the workspace and copy the bot token (xoxb-...).
3. Basic Information, App-Level Tokens: make one with the scope connections:write and copy it (xapp-...).
   To receive events over HTTP instead, leave it empty and copy the signing secret of the same page."""

OVER_HTTP = """On the app's page, under App Manifest, paste what this prints while footnote serve runs:
   footnote admin manifest --url https://YOUR-HOST"""


def setup() -> None:
    """Connect Slack: create the app, enter its tokens (not shown), have them verified, write .env."""
    import typer

    from bot.settings import load

    def ask(question: str) -> str:
        if not sys.stdin.isatty():  # what is piped in is shown nowhere
            typer.echo(f"{question}: ")
            return sys.stdin.readline()
        return str(typer.prompt(question, default="", show_default=False, hide_input=True))

    introduce(load().slack_api_url, ask, typer.echo)


def introduce(api_url: str, ask: Ask, say: Say, env_file: Path = Path(".env")) -> None:
    """Asks through `ask`, which must not show what is typed. Raises SettingError for a refused token."""
    from bot.posting.calling import client, open_socket, verify

    say(STEPS.format(link=link()))
    bot = _token(ask, "Bot token", "xoxb-")
    _verified(lambda: verify(client(bot, api_url)), "SLACK_BOT_TOKEN", say)
    app = _token(ask, "App-level token", "xapp-", otherwise="; empty for HTTP")
    secret = ""
    if app:
        _verified(lambda: open_socket(app, api_url), "SLACK_APP_TOKEN", say)
    else:
        secret = _token(ask, "Signing secret")
    way = {"SLACK_SIGNING_SECRET": secret} if secret else {}
    write_env(env_file, {"SLACK_BOT_TOKEN": bot, "SLACK_APP_TOKEN": app, **way})
    say(f"Written to {env_file}. Start answering with: footnote serve")
    if secret:
        say(OVER_HTTP)
    say("Then invite the bot to a channel (/invite @Footnote) and mention it, or write to it directly.")


def link() -> str:
    """The address that makes the app from the manifest, ready to confirm."""
    compact = json.dumps(json.loads(text()), separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(compact, safe='')}"


def _token(ask: Ask, name: str, prefix: str = "", *, otherwise: str = "") -> str:
    """What is typed; empty only where `otherwise` says what that means."""
    token = ask(f"{name} ({prefix}...{otherwise})" if prefix else name).strip()
    if otherwise and not token:
        return ""
    if not token or not token.startswith(prefix) or not token.isascii() or re.search(r"\s", token):
        begins = f"begins with {prefix} and" if prefix else "is not empty and"
        raise SettingError(f"{name}: it {begins} has no spaces. Nothing was written; try again.")
    return token


def _verified(check: Callable[[], object], name: str, say: Say) -> None:
    from bot.posting.calling import Refused, Unclear

    try:
        check()
    except Refused as error:
        raise SettingError(
            f"{name}: Slack refuses it ({error}). Nothing was written; copy it again."
        ) from None
    except Unclear:
        say(f"{name}: Slack could not be reached, so it was not verified.")
    else:
        say(f"{name}: verified.")


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Sets these lines, keeps all others; the file is its owner's alone and never half-written."""
    lines = path.read_text().splitlines() if path.exists() else []
    kept = [line for line in lines if line.split("=")[0].removeprefix("export ").strip() not in values]
    text = "\n".join([*kept, *(f"{name}={value}" for name, value in values.items())]) + "\n"
    with tempfile.NamedTemporaryFile("w", dir=path.absolute().parent, prefix=".env", delete=False) as fresh:
        fresh.write(text)  # made with mode 0600
        fresh.flush()
        os.fsync(fresh.fileno())
    os.replace(fresh.name, path)
