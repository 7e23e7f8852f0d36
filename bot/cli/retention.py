"""footnote retention: what has been kept for longer than its kind may be, and what is kept at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer


def retention(
    apply: Annotated[
        bool, typer.Option("--apply", help="Remove it now, as serve and worker do daily.")
    ] = False,
    columns: Annotated[
        bool, typer.Option("--columns", help="Every table and column that there is, with its kind and days.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for scripts.")] = False,
) -> None:
    """Show what has been kept for longer than its kind may be; it goes with --apply.

    serve and worker remove it once a day. What is reviewed, verified or indexed goes only with `footnote
    erase`, `footnote forget` or whoever takes it back.

    Exit code 0: done, 2: wrong usage.
    """
    from bot.settings import load
    from bot.wiring import retention as keeping

    if apply and columns:
        raise typer.BadParameter("give --apply or --columns.")
    if columns:
        _columns(keeping.columns(load()), as_json=as_json)
        return
    found = keeping.retention(load(), apply=apply)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        what = f"{one.table} ({', '.join(one.columns)})" if one.columns else one.table
        typer.echo(f"{one.count:9,}  {what}: {one.kind}, after {one.days} days")
    total = sum(one.count for one in found)
    if not total:
        typer.echo("Nothing is older than that.")
    else:
        typer.echo(
            "Gone." if apply else "It goes with --apply, or by itself within a day of serve or worker."
        )


def _columns(rows: Sequence[tuple[str, str, str, int | None, bool]], *, as_json: bool) -> None:
    names = ("table", "column", "kind", "days", "in backups")
    if as_json:
        typer.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
        return
    for table, column, kind, days, saved in rows:
        kept = f"{days} days" if days is not None else "as long as it holds"
        typer.echo(f"{table}.{column}: {kind}, {kept}{'' if saved else ', in no backup'}")
