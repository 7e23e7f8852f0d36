"""The text of docs/reference.md: the commands and the settings as the code has them, in; two lists out.

python -m docs.reference
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bot.cli.table import app
from bot.settings import Settings

PAGE = Path(__file__).with_name("reference.md")
HEAD = """\
# Reference

Made from the code by `python -m docs.reference`; a test holds it to that. What is typed after `/footnote` in
Slack stands in [slack.md](slack.md#what-you-type).

Exit codes of every command: 0 done, 1 it could not be done and a sentence says why, 2 wrong usage or a wrong
setting; others are named below. `--help` behind any of them says the same.
"""


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    commands = "\n".join(_command(words, command) for words, command in leaves(root, ()))
    return f"{HEAD}\n## Commands\n\n{commands}\n## Settings\n\n{_settings()}"


def leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    """What can be run, with the words that name it."""
    if isinstance(command, TyperGroup):
        for name in command.commands:
            yield from leaves(command.commands[name], (*words, name))
    else:
        yield words, command


def _command(words: tuple[str, ...], command: TyperCommand) -> str:
    given = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = " ".join(_shown(one) for one in given if isinstance(one, TyperArgument))
    title = f"### footnote {' '.join(words)}"
    usage = f"`footnote {' '.join(words)}{' ' if arguments else ''}{arguments}`"
    said = inspect.cleandoc(command.help or "")
    options = "\n".join(f"- {_option(one)}" for one in given if isinstance(one, TyperOption))
    return "\n".join((title, "", usage, "", said, *(("", options) if options else ()), ""))


def _shown(argument: TyperArgument) -> str:
    name = argument.metavar or str(argument.name).upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _option(option: TyperOption) -> str:
    given = option.secondary_opts if option.default is True else option.opts
    names = ", ".join(f"`{name}`" for name in given)
    default = option.default
    shown = f" ({default})" if default not in (None, "", False, True, ()) and not callable(default) else ""
    return f"{names}: {option.help or ''}{shown}"


def _settings() -> str:
    head = "Variables of the environment, or lines of `.env`.\n\n| name | default | what it is |\n"
    head += "|---|---|---|\n"
    return head + "".join(f"{_setting(field)}\n" for field in Settings.model_fields.values())


def _setting(field: FieldInfo) -> str:
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown = f"`{default}`" if default not in (None, "") else ""
    return f"| `{field.validation_alias}` | {shown} | {str(field.description).replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
