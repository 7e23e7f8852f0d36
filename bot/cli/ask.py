"""footnote ask: a question in, the cited answer out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.person import HELP, person
from bot.phrases import say
from bot.sources import age, headings, page
from retrieval.passage import Audience

if TYPE_CHECKING:
    from rich.console import RenderableType

    from model.answer import Answer, Citation

UNFINISHED = (
    "Not every document of {name} is searched yet: indexing is under way, or it was cut off. If none is "
    "running, run footnote index again; it goes on where it was."
)
FAILED = "The last sync of {name} failed: what is searched of it may be old. footnote sources says why."
SHOWN = 8  # characters of an id: enough to name one answer
EXIT = {"not_found": 3, "failed": 1}  # every other status is an answer: 0


def ask(
    words: Annotated[
        list[str], typer.Argument(metavar="QUESTION", help="What you want to know, in your own words.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
    user: Annotated[str, typer.Option("--as", metavar="USER", help=f"As who may read: {HELP}")] = "",
    after: Annotated[
        list[str] | None, typer.Option("--after", metavar="QUESTION", help="What was asked before it.")
    ] = None,
) -> None:
    """Ask your documents. Exit code 0: answered, 3: not found, 1: failed, 2: wrong usage."""
    from bot import wiring
    from bot.answering.tongue import spoken
    from bot.meaning.smalltalk import disagrees
    from bot.replies import printable, unreadable
    from bot.settings import load
    from model.answer import Question

    locale = spoken(question := " ".join(words))  # a terminal has nobody's: what is asked tells it
    if problem := unreadable(printable(question), locale):
        raise typer.BadParameter(problem)
    settings = load()
    readers = person(settings, user).readers if user else Audience()
    asked = Question(question, readers, locale=locale, earlier=tuple(after or ()))
    answer = wiring.chain(settings).invoke(asked)
    if (said := disagrees(question)) and answer.text == say("small_wrong_alone", said):
        answer = replace(answer, text=say("small_wrong_terminal", said))  # a terminal has no threads
    for name, state in wiring.behind(settings).items():
        typer.echo(FAILED.format(name=name) if state.error else UNFINISHED.format(name=name), err=True)
    if as_json:
        typer.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        from rich.console import Console
        from rich.text import Text

        Console().print(
            render(answer, locale=locale), Text(f"\nfootnote explain {answer.id[:SHOWN]}", style="dim")
        )
    wiring.record(settings, answer)
    raise typer.Exit(EXIT.get(str(answer.status), 0))


def render(answer: Answer, now: datetime | None = None, locale: str = "") -> RenderableType:
    """The answer as a terminal shows it: text with markers, then each source with its quote and age."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    now = now or datetime.now(UTC)
    parts: list[RenderableType] = [Text(answer.text, style="bold")]
    if answer.notice:
        parts.append(Text(answer.notice, style="yellow"))
    if answer.nearest:
        parts += [Text(), Text(say("nearest", locale))]
        parts += [
            Text(f"  {page.title} · {page.url}", style="cyan", overflow="fold") for page in answer.nearest
        ]
    for citation in answer.citations:
        parts.append(Text())
        parts.append(Text(f"[{citation.number}] {_place(citation, locale)}", style="cyan"))
        parts.append(Padding(Text(f"“{' '.join(citation.quote.split())}”", style="italic"), (0, 0, 0, 4)))
        line = " · ".join(part for part in (citation.url, age(citation.updated_at, now, locale)) if part)
        parts.append(Padding(Text(line, style="dim", overflow="fold"), (0, 0, 0, 4)))
    return Group(*parts)


def struck_out(answer: Answer) -> RenderableType:
    """What the check took out of the draft, struck out, each with its reason."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    from bot.replies import struck

    parts: list[RenderableType] = [Text(), Text(say("struck_out"))]
    for one in answer.struck:
        parts.append(Padding(Text(one.text, style="strike"), (0, 0, 0, 2)))
        parts.append(Padding(Text(struck(one), style="red"), (0, 0, 0, 4)))
    return Group(*parts)


def _place(citation: Citation, locale: str) -> str:
    path = " > ".join((citation.title, *headings(citation, locale)))
    return ", ".join(part for part in (path, page(citation, locale)) if part)
