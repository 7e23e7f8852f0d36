"""footnote admin migrate: the state's schema brought up to date, before what runs is replaced."""

from __future__ import annotations

import typer

from bot.cli.noted import about, noted, unchanged


@noted("migrate")
def migrate() -> None:
    """Bring the schema of the state up to date; run it before a new version's first process starts.

    Every process does the same when it starts, one at a time, so this is never needed where only one runs.
    """
    from bot.settings import load
    from bot.state import HEAD, connect, upgrade

    settings = load()
    engine = connect(settings.database_url or settings.home)
    found = upgrade(engine)
    engine.dispose()
    if found == HEAD:
        unchanged()
    about(f"{found or 'new'} to {HEAD}")
    typer.echo(
        f"The state is at {HEAD}" + (", as it was." if found == HEAD else f"; it was {found or 'new'}.")
    )
