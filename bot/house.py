"""What the settings say of the Slack side in; its parts, put together, out: kept, asked, said and done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import sqlalchemy as sa
from slack_sdk import WebClient

from bot.attachments import Attachments, Limits
from bot.blocks.verified import HOLDS, KEEP, OVER
from bot.blocks.votes import OWNER, SHARE, SOLVED
from bot.channels import Channels, Switches
from bot.commands.gaps import Gaps
from bot.commands.learning import Learning
from bot.commands.report import Report
from bot.commands.table import Around, Means, table
from bot.events import CHANGED, Row
from bot.inbox import Gist, Inbox
from bot.jobs import Handler
from bot.learning.desk import may_be_learnt
from bot.learning.gaps import Missed
from bot.learning.owed import Owed
from bot.listeners.changed import Changes
from bot.listeners.command import Commands
from bot.listeners.end import End
from bot.listeners.feedback import Feedback
from bot.listeners.greeting import Greetings
from bot.listeners.home import Visitors, Visits
from bot.listeners.itself import Asking, Itself
from bot.listeners.owner import OwnerCalls
from bot.listeners.press import Presses
from bot.listeners.question import Answering, Questions
from bot.listeners.review import Reviewing
from bot.listeners.share import Share
from bot.listeners.told import Told
from bot.listeners.verify import Slack, Verifying
from bot.listeners.weekly import Plan, Weekly
from bot.memory.itself import KIND, Outcomes
from bot.memory.kept import Hidden
from bot.memory.recent import Recent
from bot.meters import Meters
from bot.posting.calling import client, direct_channel, welcome
from bot.posting.post import Place, Posts
from bot.posting.reply import Replies
from bot.posting.respond import Responses
from bot.posting.stream import Streams
from bot.posting.views import Views
from bot.reception import Reception, heard
from bot.referents import Referents
from bot.replicas import SERVE, Replicas, Sharing
from bot.threads import Threads
from bot.tracing import NONE, Traces
from bot.who.audience import Audiences
from bot.who.door import Door, Rules
from bot.who.names import Names
from bot.who.owners import Owners
from bot.who.people import People
from bot.who.readers import Readers
from model.answer import Struck
from retrieval.ledger import hidden


@dataclass(frozen=True, slots=True)
class House:
    """How questions are answered and for whom, who owns which source, and the means of commands and of the
    Home tab: without them there are neither, and no admins beside those of the workspace."""

    answer: Answering
    rules: Rules = Rules()
    owners: Callable[[], Mapping[str, str]] = dict
    means: Means | None = None
    suggested: tuple[str, ...] = ()  # questions, to whoever opens the bot's messages
    attached: Limits = Limits(10 << 20)  # of files that come with a question
    struck: Callable[[str], tuple[Struck, ...]] = lambda _: ()  # what is shown as taken out of an answer
    gone: Hidden = hidden  # what has left the index; asked of its own database where state lies elsewhere
    slack_text: bool = False  # whether questions are kept, to be learnt from
    itself: Asking | None = None  # how it asks itself a question
    weekly: Plan | None = None  # how the week's report is made and told
    gist: Gist = lambda _: None  # what a question means that found nothing
    meters: Meters = field(default_factory=Meters)
    traces: Traces = NONE
    forget: Callable[[], Sequence[str]] = tuple  # erases what was learnt from people, when the app is removed


@dataclass(frozen=True, slots=True)
class Parts:
    """What Bolt and the jobs need of it."""

    inbox: Inbox
    feedback: Feedback
    handlers: dict[str, Handler]
    switches: Switches
    reviewing: Reviewing | None = None


@dataclass(frozen=True, slots=True)
class _Slack:
    """Slack, as it is asked and written to."""

    web: WebClient
    people: People
    readers: Readers
    posts: Posts
    views: Views
    responses: Responses
    names: Names
    sharing: Callable[[], int]


def parts(house: House, engine: sa.Engine, web: WebClient) -> Parts:
    """Everything put together, nothing started."""
    channels, switches = Channels(engine), Switches(engine)
    learnt = may_be_learnt if house.slack_text else lambda *_: False
    inbox = Inbox(engine, partial(heard, channels, bots=house.rules.bots), house.gone, learnt, house.gist)
    people = People(web, house.means.admins if house.means else ())
    posts = Posts(engine, web)
    pressed_s = 3  # as long as a press may take to open a modal
    quick = client(str(web.token), web.base_url, pressed_s, house.meters.called)
    written = (posts, Views(quick, posts), Responses(web, posts))
    sharing = Sharing(Replicas(engine, SERVE))
    slack = _Slack(web, people, Readers(web, people), *written, Names(web), sharing)
    reception = _reception(house, engine, slack, (channels, switches))
    replies = Replies(posts, Streams(engine, web, posts, sharing=sharing), slack.responses)
    reviewing: Reviewing | None = None
    verifying = _verifying(house, slack, inbox, reception)
    overheard = verifying.offer if verifying else lambda _: None
    handlers: dict[str, Handler] = {
        "question": Questions(inbox, reception, replies, house.answer, house.meters, overheard),
        "press": _presses(house, inbox, slack, reception, verifying),
        "greeting": Greetings(inbox, slack.views, house.suggested),
        "end": End(inbox, switches, partial(welcome, web), house.forget),
    }
    if house.means is not None:
        visitors = Visitors(people.about, slack.readers.of, reception.unserved)
        reviewing = _reviewing(house.means, inbox, slack)
        known = table(house.means, _around(house, slack, reception, reviewing), inbox.waiting)
        handlers["home"] = Visits(inbox, slack.views, visitors, house.means.shelf, Recent(engine))
        handlers["command"] = handlers["labour"] = Commands(inbox, slack.responses, people, known)
        told = (reception.readers, partial(direct_channel, web), house.means.found)
        if house.means.keeper:
            handlers[CHANGED] = Changes(inbox, posts, people, house.means.keeper)
        handlers["told"] = Told(Owed(engine), inbox, posts, people, *told)
        if reviewing:
            handlers["review"] = reviewing
    if house.itself is not None:
        handlers[KIND] = Itself(Outcomes(engine), posts, house.itself)
    if house.weekly is not None:
        handlers["weekly"] = Weekly(inbox, web, slack.posts, house.weekly, people.locale)
    return Parts(inbox, Feedback(slack.posts, slack.views, people.locale), handlers, switches, reviewing)


def _reviewing(means: Means, inbox: Inbox, slack: _Slack) -> Reviewing | None:
    if means.desk is None:
        return None
    return Reviewing(inbox, slack.views, slack.people, means.desk, means.reviewers)


def _reception(
    house: House, engine: sa.Engine, slack: _Slack, admins: tuple[Channels, Switches]
) -> Reception:
    channels, switches = admins
    threads = Threads(slack.web, sharing=slack.sharing)
    return Reception(
        slack.people,
        Audiences(slack.web, slack.people, slack.readers),
        Door(engine, house.rules, house.meters.refused),
        channels,
        switches,
        threads,
        Attachments(slack.web, house.attached),
        owners=Owners(house.owners, lambda channel: channels.of(channel).expert),
        referents=Referents(threads, house.means.recall if house.means else None, slack.names.of),
        struck=house.struck,
    )


def _around(house: House, slack: _Slack, reception: Reception, reviewing: Reviewing | None) -> Around:
    learning = Learning(reviewing.may, reviewing.start, reviewing.desk.optout) if reviewing else None
    gaps = _gaps(house.means, slack, reception, reviewing) if house.means else None
    plan = house.weekly
    report = Report(plan.weeks, plan.words, plan.train is not None) if plan else None
    kept = (reception.channels, reception.switches)
    return Around(slack.people, slack.readers, *kept, slack.names.of, learning, gaps, report)


def _gaps(means: Means, slack: _Slack, reception: Reception, reviewing: Reviewing | None) -> Gaps | None:
    if means.keeper is None or reviewing is None:
        return None

    def address(one: Missed) -> str:
        return reception.threads.address(Place(one.channel, one.thread_ts), one.message_ts)

    asked = (slack.readers.of, reception.audiences.there, means.found, address)
    return Gaps(means.keeper, reviewing.may, *asked)


def _verifying(house: House, slack: _Slack, inbox: Inbox, reception: Reception) -> Verifying | None:
    means = house.means
    if means is None or means.keeper is None:
        return None

    def expert(person: str, channel: str) -> bool:
        named = {reception.channels.of(channel).expert, *reception.owners.named().values()}
        return person in means.reviewers | named

    asked = (slack.posts, slack.people, reception.audiences, reception.threads, slack.names.of)
    return Verifying(inbox, Slack(*asked), means.keeper, expert, reception.barred)


def _presses(
    house: House, inbox: Inbox, slack: _Slack, reception: Reception, verifying: Verifying | None
) -> Presses:
    posts, locale = slack.posts, slack.people.locale
    calls = OwnerCalls(inbox, posts, locale)
    actions: dict[str, Callable[[Row], None]] = {OWNER: calls.ask, SOLVED: calls.solved}
    if house.means is not None:
        said = (posts, slack.responses, locale, slack.names.of)
        actions[SHARE] = Share(house.means.recall, reception.audiences, *said)
    if verifying:
        actions |= {KEEP: verifying.keep, HOLDS: verifying.holds, OVER: verifying.over}
    return Presses(inbox, posts, actions, locale, reception.barred)
