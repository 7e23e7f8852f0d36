"""For whom and where an answer is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from model.answer import Struck


@dataclass(frozen=True, slots=True)
class Look:
    """`locale` of who asked; `owner`: the Slack id of who may be asked where nothing was found; `direct`: in
    a direct message, where nobody else can be called in; `share`: shown to one person, who may share it;
    `struck`: what the check took out of the draft, for whoever wants to see it work."""

    locale: str = ""
    now: datetime | None = None
    owner: str = ""
    direct: bool = False
    share: bool = False
    struck: tuple[Struck, ...] = ()
