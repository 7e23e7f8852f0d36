"""footnote review: answers that are worth a look, shown one by one; confirmed, corrected or rejected."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.explain import ID
from bot.replies import printable

if TYPE_CHECKING:
    from bot.learning.desk import Desk
    from model.learning.case import Case
    from model.learning.reviewing import Judged
    from model.learning.reviews import Review

EMPTY = "Nothing waits for a review."
WRITE = "What is right, with markers such as [1], or NOT_FOUND"
PLAYED = (
    "Votes of footnote play are its own and teach nothing: review them there, with /footnote review. "
    "Votes for here come from Slack, or from footnote pages."
)
KEYS = "c confirm, e correct, r reject, s skip, q quit"
CAUSES = {
    "i": ("not_indexed", "what would have been right is in no document"),
    "f": ("not_retrieved", "it is, and was not found"),
    "w": ("miswritten", "it was found, and written down wrongly"),
    "o": ("outdated", "the document is out of date"),
    "a": ("rights", "who asked may not read it"),
    "x": ("other", "something else"),
}
_ID = re.compile(r"[UW][A-Z0-9]{1,31}")
AS = "Your Slack id, for the record of who reviewed."
JSON = "A JSON list, for scripts."
KNOWN = ", ".join(name for name, _ in CAUSES.values())
CAUSE = f"Why it is bad: {KNOWN}."

review = typer.Typer(help="Review answers: what is confirmed or corrected is learnt from.")


@review.callback(invoke_without_command=True)
def _next(
    context: typer.Context,
    reviewer: Annotated[str, typer.Option("--as", metavar="USER", help=AS)] = "terminal",
    as_json: Annotated[bool, typer.Option("--json", help=JSON)] = False,
) -> None:
    """Show the next answer that is worth a look, and take your word on it."""
    if context.invoked_subcommand:
        return
    desk = _desk()
    if as_json:
        _list(desk, most=50, as_json=True)
    elif sys.stdin.isatty():
        _through(desk, reviewer)
    else:
        found = desk.next()
        typer.echo("\n".join(_lines(found)) if found else EMPTY)


@review.command(name="list")
def listed(
    most: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help=JSON)] = False,
) -> None:
    """What waits, the most telling first."""
    _list(_desk(), most, as_json=as_json)


@review.command()
def votes(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Where every vote goes: learnt from as asked, with a question made anew, or not, and why."""
    from bot.settings import load

    told = _desk().fates()
    typer.echo(json.dumps(asdict(told)) if as_json else str(told))
    if not told.votes and not as_json and (load().home / "play" / "state.db").exists():
        typer.echo(PLAYED)


@review.command()
def show(answer: Annotated[str, typer.Argument(metavar="ID", help=ID)]) -> None:
    """One answer with its passages, numbered as its markers are, and what people said of it."""
    desk = _desk()
    typer.echo("\n".join(_lines(_case(desk, answer))))


@review.command()
def confirm(
    answer: Annotated[str, typer.Argument(metavar="ID", help=ID)],
    reviewer: Annotated[str, typer.Option("--as", metavar="USER", help=AS)] = "terminal",
) -> None:
    """The answer is right: it is learnt from."""
    desk = _desk()
    _said(desk.judge(_word(_case(desk, answer), "confirmed", reviewer)))


@review.command()
def correct(
    answer: Annotated[str, typer.Argument(metavar="ID", help=ID)],
    text: Annotated[str, typer.Option(help="What is right, with markers such as [1]; or NOT_FOUND.")],
    reviewer: Annotated[str, typer.Option("--as", metavar="USER", help=AS)] = "terminal",
    cause: Annotated[str, typer.Option(help=CAUSE)] = "miswritten",
) -> None:
    """Say what would have been right: it is learnt from, if the passages carry it."""
    from bot.learning.desk import meant

    desk = _desk()
    _said(desk.judge(_word(_case(desk, answer), "corrected", reviewer, cause, meant(text))))


@review.command()
def reject(
    answer: Annotated[str, typer.Argument(metavar="ID", help=ID)],
    cause: Annotated[str, typer.Option(help=CAUSE)] = "",
    reviewer: Annotated[str, typer.Option("--as", metavar="USER", help=AS)] = "terminal",
) -> None:
    """The answer is bad: nothing is learnt from it."""
    if not cause:
        raise typer.BadParameter(f"say why it is bad: {KNOWN}.", param_hint="--cause")
    desk = _desk()
    _said(desk.judge(_word(_case(desk, answer), "rejected", reviewer, cause)))


def _desk() -> Desk:
    from bot.settings import load
    from bot.wiring import learning

    return learning.desk(load())


def _case(desk: Desk, given: str) -> Case:
    from bot import wiring
    from bot.settings import load
    from retrieval.passage import FootnoteError

    found = desk.case(wiring.kept(load(), given).record.id)
    if found is None:
        raise FootnoteError("The words of this answer, or of what it was made from, are not kept any more.")
    return found


def _word(of: Case, verdict: str, reviewer: str, cause: str = "", text: str = "") -> Review:
    from model.learning.reviews import CAUSES as known
    from model.learning.reviews import Review

    if reviewer != "terminal" and not _ID.fullmatch(reviewer):
        raise typer.BadParameter("--as takes a Slack id such as U0ADA0001: it is in the menu of a profile.")
    if cause and cause not in known:
        raise typer.BadParameter(f"a cause is one of {', '.join(known)}.")
    return Review(of.record.id, verdict, reviewer, of.turn, cause, text)


def _said(judged: Judged) -> None:
    word = judged.review
    typer.echo(f"{word.answer[:8]} {word.verdict}." + ("" if judged.new else " It was already."))
    if judged.without:
        typer.echo(f"No lesson: {judged.without}")
    if judged.lesson and not judged.lesson.question:
        typer.echo(
            "Its question is made anew from what it cites: what people ask, in Slack or elsewhere, is learnt "
            "from only where FOOTNOTE_TRAIN_SLACK_TEXT is on."
        )


def _list(desk: Desk, most: int, *, as_json: bool) -> None:
    found = desk.waiting(most)
    if as_json:
        typer.echo(json.dumps([_shown(one) for one in found], ensure_ascii=False))
    for one in found if not as_json else ():
        typer.echo(f"{one.record.id}  {one.why:10}  {_counts(one)}  {printable(one.answer)[:80]}")
    if not found and not as_json:
        typer.echo(EMPTY)


def _shown(one: Case) -> dict[str, Any]:
    said = [{"value": v.value, "reasons": v.reasons, "correction": v.correction} for v in one.votes]
    passages = [{"title": p.title, "document": p.document, "text": p.text} for p in one.passages]
    about = {"id": one.record.id, "why": one.why, "question": one.record.question, "answer": one.answer}
    return about | {"status": one.record.status, "passages": passages, "votes": said}


def _counts(one: Case) -> str:
    up = sum(vote.value == "up" for vote in one.votes)
    return f"{up} up, {len(one.votes) - up} down"


def _lines(one: Case) -> list[str]:
    """The answer as a reviewer reads it."""
    asked = one.record.question or "its words are not kept, as it was asked in Slack."
    about = ", ".join(part for part in (one.why, _counts(one)) if part)
    lines = [f"{one.record.id}  {about}", f"Asked: {printable(asked)}"]
    lines += [f"Answer: {printable(one.answer)}", ""]
    for number, passage in enumerate(one.passages, 1):
        where = " > ".join(dict.fromkeys((passage.title, *passage.heading)))
        lines += [f"[{number}] {printable(where)} ({printable(passage.document)})"]
        lines += [f"    {said}" for line in passage.text.splitlines() if (said := printable(line))]
    for vote in one.votes:
        why = ", ".join(vote.reasons)
        lines += [f"Vote: {vote.value}{f' ({printable(why)})' if why else ''}"]
        lines += [f"Said to be right: {printable(vote.correction)}"] if vote.correction else []
    return lines


def _through(desk: Desk, reviewer: str) -> None:
    """One after another, until there is none or it is enough. What went wrong is said below the answer."""
    from retrieval.passage import FootnoteError

    seen, problem = set[str](), ""
    while (one := desk.next(but=seen)) is not None:
        typer.echo("\n".join([*_lines(one), "", *([problem] if problem else []), KEYS]))
        key, problem = typer.getchar().lower(), ""
        if key in "q\x03\x04":
            return
        try:
            word = _of_key(key, one, reviewer, desk)
            if word is not None:
                _said(desk.judge(word))
        except FootnoteError as error:
            problem = str(error)
            continue
        if word is not None or key == "s":
            seen.add(one.record.id)
    typer.echo(EMPTY if not seen else "That was the last one.")


def _of_key(key: str, one: Case, reviewer: str, desk: Desk) -> Review | None:
    if key == "c":
        return _word(one, "confirmed", reviewer)
    if key == "e" and (text := _right(one, desk)):
        return _word(one, "corrected", reviewer, _cause(), text)
    return _word(one, "rejected", reviewer, _cause()) if key == "r" else None


def _right(one: Case, desk: Desk) -> str:
    """What is right, asked until it is fit to learn from, each time with what was typed before to go on with;
    empty where nothing is typed."""
    from bot.learning.desk import meant
    from model.learning.correction import Unfit, corrected

    typed = ""
    while typed := _typed(typed):
        try:
            corrected(meant(typed), one.passages, desk.terms().meaning)
            return meant(typed)
        except Unfit as why:
            typer.echo(f"{why} Change it, or leave it empty to go back.")
    return ""


def _typed(begun: str) -> str:
    """A line that somebody types, which begins as it is `begun` where the terminal can show that."""
    try:
        import readline
    except ImportError:  # a Python that was built without it
        return str(typer.prompt(WRITE, default="", show_default=False))
    readline.set_startup_hook(lambda: readline.insert_text(begun))
    try:
        return str(typer.prompt(WRITE, default="", show_default=False))
    finally:
        readline.set_startup_hook()


def _cause() -> str:
    typer.echo("Why is it bad? " + ", ".join(f"{key} {sentence}" for key, (_, sentence) in CAUSES.items()))
    return CAUSES.get(typer.getchar().lower(), CAUSES["x"])[0]
