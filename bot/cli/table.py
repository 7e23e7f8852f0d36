"""The commands of `footnote` and their order; its help reads as the life of an answer."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.adapters import adapters
from bot.cli.admin import admin
from bot.cli.advise import advise
from bot.cli.ask import ask
from bot.cli.audit import audit
from bot.cli.backup import backup
from bot.cli.dataset import dataset
from bot.cli.doctor import doctor
from bot.cli.erase import erase
from bot.cli.evaluate import evaluate
from bot.cli.explain import explain
from bot.cli.fit import fit
from bot.cli.forget import forget
from bot.cli.gaps import gaps
from bot.cli.gate import gate
from bot.cli.index import index
from bot.cli.optout import optout
from bot.cli.pages import pages
from bot.cli.play import play
from bot.cli.replay import replay
from bot.cli.report import report
from bot.cli.restore import restore
from bot.cli.retention import retention
from bot.cli.review import review
from bot.cli.serve import serve
from bot.cli.setup import setup
from bot.cli.shadow import compare, shadow, watch
from bot.cli.sources import sources
from bot.cli.train import train
from bot.cli.tune import tune
from bot.cli.worker import worker

LEARN, ADMIN = "Learn", "Admin"

app = typer.Typer(
    help="Answers from your own documents, with the exact passage behind every claim.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command(short_help="Read documents into the index; only what changed is read again.")(index)
app.command()(ask)
app.command(short_help="Answer in Slack, over Socket Mode or HTTP.")(serve)
app.command(short_help="Ask in a browser, open what an answer rests on, and see how everything stands.")(
    pages
)
app.command(short_help="Connect Slack: create the app, enter and verify its tokens, write .env.")(setup)
app.command(short_help="Check settings and servers and say how to mend what is wrong.")(doctor)
app.command(rich_help_panel=ADMIN)(explain)
app.command(rich_help_panel=ADMIN)(replay)
app.command(
    rich_help_panel=ADMIN, short_help="Take a document out of answers at once and out of every kept index."
)(forget)
app.command(
    rich_help_panel=ADMIN,
    short_help="Erase somebody, or a document, from all that is kept; prints a receipt.",
)(erase)
app.command(rich_help_panel=ADMIN, short_help="Learn nothing from what somebody asks, votes or corrects.")(
    optout
)
app.add_typer(review, name="review", rich_help_panel=LEARN)
app.command(rich_help_panel=ADMIN, short_help="Back up state, index, adapters and settings into one file.")(
    backup
)
app.command(
    rich_help_panel=ADMIN,
    short_help="Put a backup in the place of state and index, without what was deleted.",
)(restore)
app.command(
    rich_help_panel=ADMIN, short_help="What has been kept for longer than it may be; it goes with --apply."
)(retention)
app.command(rich_help_panel=ADMIN)(worker)
app.command(
    rich_help_panel=ADMIN, short_help="Try it in a browser: your index, the real bot, a stand-in for Slack."
)(play)
app.command(rich_help_panel=ADMIN, short_help="Who did what; out as a file; and whether it was changed.")(
    audit
)
app.add_typer(sources, name="sources", rich_help_panel=ADMIN)
app.add_typer(admin, name="admin", rich_help_panel=ADMIN)
app.add_typer(dataset, name="dataset", rich_help_panel=LEARN)
app.command(rich_help_panel=LEARN)(train)
for command in (shadow, compare, watch):
    adapters.command()(command)
app.add_typer(adapters, name="adapters", rich_help_panel=LEARN)
app.command(rich_help_panel=LEARN)(gate)
app.command(
    rich_help_panel=LEARN,
    short_help="Why answers were no help, and what to do: add documents, tune, or train.",
)(advise)
app.command(rich_help_panel=LEARN, short_help="How the week went: what got worse, what is new, what pays.")(
    report
)
app.command(
    rich_help_panel=LEARN, short_help="What was asked in Slack and found no answer, the most asked first."
)(gaps)
app.add_typer(evaluate, name="eval", rich_help_panel=LEARN)
app.command(rich_help_panel=LEARN, short_help="Find better settings of search on your golden questions.")(
    tune
)
app.add_typer(fit, name="fit", rich_help_panel=LEARN)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"footnote {version('footnote')}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None: ...
