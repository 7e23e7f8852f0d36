"""Settings in, models to be judged and the bench they are judged on out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.passage import FootnoteError, SettingError

if TYPE_CHECKING:
    from model.answer import Answer, Draft
    from model.learning.evaluate import Subject
    from model.learning.gate import Rules
    from model.learning.grid import Cell
    from model.learning.row import Row
    from model.learning.trial import Bench
    from model.writing.chat import Chat
    from model.writing.endpoint import Endpoint

LEARNT = 200  # rows of a dataset that are asked again
PRODUCTION = "production"  # whoever is that today


def bench(settings: Settings, golden: str, against: str = PRODUCTION, rules: Rules | None = None) -> Bench:
    """The newest golden set, or the one of that name, and production or who stands for it. Raises
    NotGolden."""
    from bot.wiring.models import models_of
    from model.learning.gate import Rules
    from model.learning.golden import newest
    from model.learning.trial import Bench

    place = models_of(settings)
    name = production(settings) if against == PRODUCTION else against
    folder = permitted(settings, newest(place / "golden", golden))
    return Bench(place, folder, subject(settings, name), rules or Rules())


def permitted(settings: Settings, folder: Path) -> Path:
    """The golden set, if nobody whose question it holds, locked or not, wants nothing of theirs used. Raises
    NotGolden."""
    from bot import wiring
    from model.learning import optout
    from model.learning.golden import NotGolden, called, opened, unsealed

    with wiring.engine(settings).connect() as connection:
        out = optout.out(connection)
    items = (*opened(folder).items, *unsealed(folder)) if out.digests else ()
    if theirs := sum(out.any(row.people) for row in items):
        raise NotGolden(
            f"{theirs} of the {len(items)} golden items are of people who opted out since. "
            f"footnote eval freeze {called(folder)} makes the set anew without them."
        )
    return folder


def served(settings: Settings, name: str) -> str:
    """The name under which the server knows it."""
    from model.writing.endpoint import BASE

    return (settings.base_model or BASE) if name == BASE else name


def endpoint(settings: Settings) -> Endpoint:
    """The model server, which nothing else can stand in for here. Raises SettingError."""
    from bot.wiring import models

    if not settings.vllm_base_url:
        raise SettingError(
            "VLLM_BASE_URL is empty, and models are judged on a model server. Give its address in it."
        )
    return models.endpoint(settings)


def chat(settings: Settings, name: str) -> Chat:
    """It, as the bot asks it. Raises SettingError where there is no server."""
    from bot.wiring.models import manner
    from model.writing.chat import Chat

    return Chat(endpoint(settings), served(settings, name), manner(settings))


def subject(settings: Settings, name: str) -> Subject:
    """A model as it is served under that name; who asks it raises SettingError where there is no server."""
    from model.learning.evaluate import Subject

    known, asked = served(settings, name), cache(lambda: chat(settings, name))

    def write(row: Row) -> Draft:
        return asked().write(row.question, row.passages)

    return Subject(name, write, lambda text: endpoint(settings).loss(known, text))


def differ(settings: Settings, candidate: str, production: str) -> None:
    """Raises NotEvaluated where a model would be judged against itself."""
    from model.learning.evaluate import NotEvaluated

    if served(settings, candidate) == served(settings, production):
        raise NotEvaluated(
            f"{candidate} is what it would be judged against. Name an adapter that does not answer yet: "
            "footnote adapters list."
        )


def insist(settings: Settings, *names: str) -> None:
    """Raises NotEvaluated where the server does not have one of them: nobody is asked in vain."""
    from model.learning.evaluate import NotEvaluated

    there = endpoint(settings).names()
    if not there:
        raise NotEvaluated("The model server (VLLM_BASE_URL) does not say which models it has: is it up?")
    if missing := [name for name in names if served(settings, name) not in there]:
        raise NotEvaluated(
            f"The model server does not serve {' and '.join(missing)}. It serves {', '.join(sorted(there))}; "
            "footnote adapters candidate ID names what it is to load at its next start."
        )


def cells(settings: Settings, names: Sequence[str]) -> list[Cell]:
    """Each of these models without passages, then each with them."""
    return [_cell(settings, name, retrieval) for retrieval in (False, True) for name in names]


def _cell(settings: Settings, name: str, retrieval: bool) -> Cell:
    from model.learning.grid import ALONE, Cell, guessed

    at, one, bare = endpoint(settings), subject(settings, name), chat(settings, name)

    def messages(row: Row, retrieval: bool) -> list[dict[str, str]]:
        alone = [{"role": "system", "content": ALONE}, {"role": "user", "content": row.question}]
        return row.messages() if retrieval else alone

    def ask(row: Row) -> Draft:
        return one.write(row) if retrieval else bare.drafted(messages(row, False))

    def count(text: str, row: Row, retrieval: bool) -> int:
        sent = messages(row, retrieval)
        both = at.count(served(settings, name), [*sent, {"role": "assistant", "content": text}])
        return both if both is not None else guessed(text, sent)

    return Cell(name, retrieval, ask, count)


def askable(settings: Settings, last: int) -> list[tuple[str, str]]:
    """The newest answers, by id, whose question was kept, and that question."""
    from bot import wiring
    from bot.measuring import conduct

    with wiring.engine(settings).connect() as connection:
        ids = conduct.askable(connection, last)
    return [(one, wiring.kept(settings, one).record.question) for one in ids]


def again(settings: Settings) -> Callable[[str, str], Answer]:
    """What a model, as it is served, says to the passages that an answer was made from."""
    from bot import wiring
    from bot.memory import replay

    def of(answer: str, model: str) -> Answer:
        kept = wiring.kept(settings, answer)
        asked = replay.question(kept.record, "")
        alone = {"writer": "chat", "model": model, "base_model": "", "fallback_model": ""}
        found = replay.found(kept.record, kept.words)
        return wiring.chain(settings.model_copy(update=alone), found, model).invoke(asked)

    return of


def learnt(settings: Settings, dataset: str) -> tuple[Row, ...]:
    """Some of what is in a dataset: enough to see whether a model only knows what it has learnt. Raises
    FootnoteError."""
    from bot.wiring.datasets import DAMAGED
    from bot.wiring.models import models_of
    from model.learning.folders import meant, shown
    from model.learning.row import Row

    if not dataset:
        return ()
    place = models_of(settings) / "datasets"
    names = meant([one.name for one in shown(place, "sft.jsonl")], dataset)
    found = [place / name / "sft.jsonl" for name in names]
    if len(found) != 1:
        raise FootnoteError(f"{dataset} names no dataset, or several. footnote dataset list has the names.")
    try:
        lines = found[0].read_text(encoding="utf-8").split("\n")
        rows = [Row.of_line(line) for line in lines if line.strip()]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FootnoteError(DAMAGED.format(folder=found[0].parent, file=found[0].name)) from None
    return tuple(sorted(rows, key=lambda row: row.id)[:LEARNT])


def rows_of(settings: Settings, name: str) -> frozenset[str]:
    """Ids of the rows that an adapter of the registry was trained on; none of another model."""
    from bot.wiring.models import registry

    kept = registry(settings)
    told = kept.training(name).get("row_ids", ()) if name in kept.adapters() else ()
    return frozenset(map(str, told))


def production(settings: Settings) -> str:
    """The adapter in production; `base` where there is none."""
    from bot.wiring.models import registry
    from model.writing.endpoint import BASE

    return registry(settings).serving().production or BASE
