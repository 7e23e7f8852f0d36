"""The command `footnote`; its help reads as the life of an answer."""

from __future__ import annotations

import logging
import secrets
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.adapters import adapters
from bot.cli.admin import admin
from bot.cli.advise import advise
from bot.cli.ask import ask
from bot.cli.dataset import dataset
from bot.cli.doctor import doctor
from bot.cli.erase import erase
from bot.cli.evaluate import evaluate
from bot.cli.explain import explain
from bot.cli.fit import fit
from bot.cli.forget import forget
from bot.cli.gate import gate
from bot.cli.index import index
from bot.cli.optout import optout
from bot.cli.play import play
from bot.cli.replay import replay
from bot.cli.review import review
from bot.cli.serve import serve
from bot.cli.setup import setup
from bot.cli.shadow import compare, shadow, watch
from bot.cli.sources import sources
from bot.cli.train import train
from bot.cli.worker import worker
from retrieval.passage import FootnoteError, SettingError

LEARN, ADMIN = "Learn", "Admin"

app = typer.Typer(
    help="Answers from your own documents, with the exact passage behind every claim.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(index)
app.command()(ask)
app.command()(serve)
app.command()(setup)
app.command()(doctor)
app.command(rich_help_panel=ADMIN)(explain)
app.command(rich_help_panel=ADMIN)(replay)
app.command(rich_help_panel=ADMIN)(forget)
app.command(rich_help_panel=ADMIN)(erase)
app.command(rich_help_panel=ADMIN)(optout)
app.add_typer(review, name="review", rich_help_panel=LEARN)
app.command(rich_help_panel=ADMIN)(worker)
app.command(rich_help_panel=ADMIN)(play)
app.add_typer(sources, name="sources", rich_help_panel=ADMIN)
app.add_typer(admin, name="admin", rich_help_panel=ADMIN)
app.add_typer(dataset, name="dataset", rich_help_panel=LEARN)
app.command(rich_help_panel=LEARN)(train)
for command in (shadow, compare, watch):
    adapters.command()(command)
app.add_typer(adapters, name="adapters", rich_help_panel=LEARN)
app.command(rich_help_panel=LEARN)(gate)
app.command(rich_help_panel=LEARN)(advise)
app.add_typer(evaluate, name="eval", rich_help_panel=LEARN)
app.add_typer(fit, name="fit", rich_help_panel=LEARN)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"footnote {version('footnote')}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None: ...


def main() -> None:
    """Runs a command. A person sees a sentence, or the number under which the log has the rest."""
    try:
        app()
    except SettingError as error:
        _end(str(error), 2)
    except FootnoteError as error:
        _end(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        _end(f"Something went wrong; that is a fault of Footnote. {_logged(error)}", 1)


def _logged(fault: Exception) -> str:
    """Says where the log has what is known of `fault`, or that there is no log."""
    from bot.log import frames, to_file
    from bot.settings import load

    reference = secrets.token_hex(4)
    try:
        where = to_file(load().home)
    except (OSError, FootnoteError):
        where = ""
    if not where:
        return f"There is no log, because FOOTNOTE_HOME cannot be written ({type(fault).__name__})."
    logging.getLogger("footnote").error("reference %s: %s", reference, frames(fault))
    return f"Reference {reference}, in {where}."


def _end(sentence: str, code: int) -> None:
    sys.stderr.write(sentence + "\n")
    sys.exit(code)
