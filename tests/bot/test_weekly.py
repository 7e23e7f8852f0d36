"""The week's report: what it looks at, when it comes, to whom it is told, and that no words are in it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from golden_rows import rows
from spoken import footnote

from bot import wiring
from bot.blocks.weekly import lines
from bot.commands import Order
from bot.commands.report import Report
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.listeners.weekly import Plan, Training, Weekly
from bot.measuring import live, weekly
from bot.measuring.conduct import moment
from bot.memory.weeks import Weeks
from bot.play.slack import SlackStandIn
from bot.posting.calling import client
from bot.posting.post import Posts
from bot.settings import Settings, load
from bot.state import posts
from bot.who.asking import ReadersUnknown
from bot.who.audience import Audiences
from bot.who.people import People
from bot.who.readers import Readers
from bot.wiring import weekly as wired
from model.answer import Answer, Citation, Question, Status, Vote
from model.feedback import vote
from model.learning import optout
from model.learning.drift import Advice, Fate, Group, Outcome, Share, Shift, Week
from model.learning.golden import NotGolden
from model.learning.row import Row
from model.learning.waiting import add
from model.record import answers, record_answer
from model.trail import Trail
from retrieval.passage import Audience, FootnoteError, Hit, SettingError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
SECRET = "Who is leaving the Lund office?"
ADA, BEN = "U0ADA00001", "U0BEN00002"
WEEK = Week(
    *("2026-W48", NOW.timestamp(), "kb-0001-aaaaaaaa", "team-1"),
    outcomes=tuple(Outcome(f"r{n}", f"c{n}", Fate.WRONG if n < 30 else Fate.RIGHT) for n in range(100)),
    shifts=(Shift("golden", Share(10, 100), Share(30, 100), 1e-6),),
    asked=Share(20, 150),
    votes=Share(3, 10),
    new=(Group(("Ev1", "Ev2", "Ev3"), 2),),
    stale=("docs", "wiki"),
    fresh=("wiki",),
    lessons=120,
    advice=(Advice.RETRAIN, Advice.SEARCH),
)


def asked(engine: sa.Engine, id: str, text: str, at: datetime, by: str = ADA, channel: str = "D1") -> None:
    """As if somebody had asked it in Slack, found nothing, and its words had been kept."""
    direct = channel.startswith("D")
    said = {
        "type": "message" if direct else "app_mention",
        "channel": channel,
        "ts": f"{len(id)}.{id[2:]}",
        "user": by,
        "text": "",
        "channel_type": "im" if direct else "channel",
    }
    Inbox(engine).store({"type": "event_callback", "event_id": id, "team_id": "T1", "event": said})
    with engine.begin() as db:
        record_answer(db, Answer(id, text, Status.NOT_FOUND, "Nothing."), id, keep_question=True)
        db.execute(answers.update().where(answers.c.id == id).values(created_at=at))


def test_a_report_says_what_got_worse_what_is_new_and_what_pays_in_both_languages() -> None:
    said, german = (list(lines(WEEK, locale)) for locale in ("", "de-DE"))

    assert said == [
        "How 2026-W48 went, and the weeks before it",
        "Golden questions: 70 of 100 came out right, 70 % (60 % to 78 %), on the index as it is, by "
        "kb-0001-aaaaaaaa.",
        "Questions: 150. 20 found no answer, 13 % (9 % to 20 %).",
        "Votes: 3 of 10 people found more unhelpful than helpful, 30 % (11 % to 60 %).",
        "⚠ The share of golden questions that come out wrong got worse beyond chance: from 10 % to 30 % "
        "(p 1e-06). In a quiet week that is said once in a hundred.",
        "One group of questions is new: 3 were asked that nobody asked before, 2 of them without an answer.",
        "Sources that were not read when they should have been: docs, wiki (new).",
        "120 reviewed rows have been in no training yet.",
        "A training would pay: `footnote dataset build`, then `footnote train`. Its adapter answers only "
        "where `footnote gate` lets it.",
        "What is wrong now was not found rather than badly written: look at the sources, then at "
        "`footnote tune`.",
    ]
    assert len(german) == len(said) and german[0].startswith("Wie 2026-W48 lief")


def test_no_words_are_in_a_report_unless_settings_allow_them(engine: sa.Engine) -> None:
    asked(engine, "Ev1", SECRET, NOW, channel="C1")

    def words(answer: str) -> str:
        with engine.connect() as connection:
            return weekly.words(connection, answer, lambda _: Audience())

    assert not [line for line in lines(WEEK) if SECRET in line]
    assert f"- “{SECRET}” and 2 more like it" in list(lines(WEEK, words=words))
    with engine.begin() as db:
        optout.leave(db, ADA)
    assert not [line for line in lines(WEEK, words=words) if SECRET in line]


@pytest.mark.parametrize(
    ("channel", "told"), [("D1", ""), ("C0SHUT", ""), ("C0GONE", ""), ("C0OPEN", SECRET)]
)
def test_words_of_direct_messages_and_of_channels_that_not_all_may_read_are_in_no_report(
    engine: sa.Engine, channel: str, told: str
) -> None:
    asked(engine, "Ev1", SECRET, NOW, channel=channel)

    def there(where: str) -> Audience:
        if where == "C0GONE":
            raise ReadersUnknown("Slack does not say.")
        return Audience.of(f"channel:{where}") if where == "C0SHUT" else Audience()

    with engine.connect() as connection:
        assert weekly.words(connection, "Ev1", there) == told


@pytest.mark.slow
def test_slack_is_asked_who_may_read_what_a_report_names(slack: SlackStandIn, tmp_path: Path) -> None:
    ada = slack.add_user("ada")
    opened, shut = slack.add_channel("open", ada), slack.add_channel("shut", ada, kind="group")
    given = {"slack_bot_token": slack.bot_token, "slack_api_url": slack.api_url, "report_questions": True}
    settings = load(_env_file=None, home=tmp_path, **given)
    for id, channel in (("Ev1", opened), ("Ev02", shut)):
        asked(wiring.engine(settings), id, SECRET, NOW, channel=channel)

    words = wired.words(settings)

    assert (words("Ev1"), words("Ev02")) == (SECRET, "")
    assert wired.words(load(_env_file=None, home=tmp_path, report_questions=True))("Ev1") == ""


def test_a_report_is_kept_as_it_was_made_and_has_nobodys_words(engine: sa.Engine) -> None:
    kept = Weeks(engine)
    for one in (WEEK, replace(WEEK, name="2026-W47", at=1.0), replace(WEEK, lessons=7)):
        kept.keep(one)

    assert kept.of("2026-W48") == replace(WEEK, lessons=7) and kept.of("2025-W01") is None
    assert [one.name for one in kept.latest(9)] == ["2026-W48", "2026-W47"]


def test_what_somebody_asks_and_votes_who_opted_out_is_not_counted(engine: sa.Engine) -> None:
    for number, by in enumerate((ADA, ADA, BEN, BEN), 1):
        asked(engine, f"Ev{number}", f"question {number}?", NOW - timedelta(days=1), by)
    with engine.begin() as db:
        for by, value in ((ADA, "down"), (BEN, "up")):
            vote(db, Vote("Ev1", by, value, NOW - timedelta(days=1)))
        optout.leave(db, ADA)
        told = weekly.people(db, NOW)

    assert told.asked == Share(2, 2) and told.votes == Share(0, 1)


def test_a_week_is_seven_days_and_thirteen_such_weeks_stand_beside_it(engine: sa.Engine) -> None:
    for number, days in enumerate((0.1, 6.9, 7.1, 97, 98.1), 1):
        asked(engine, f"Ev{number}", f"question {number}?", NOW - timedelta(days=days))
    with engine.connect() as db:
        told = weekly.people(db, NOW)

    refused, _ = told.shifts
    assert (refused.now, refused.before) == (Share(2, 2), Share(2, 2))


def said(row: Row, text: str, status: Status = Status.ANSWERED, *, cited: bool = True) -> Answer:
    hits = tuple(Hit(one, 1.0) for one in row.passages)
    spans = tuple(Citation.of(row.passages[n - 1], n, (0, 5)) for n in row.gold) if cited else ()
    return Answer("a", row.question, status, text, spans, trail=Trail(hits=hits))


def test_a_golden_question_is_right_where_it_cites_what_carries_it_and_says_every_fact() -> None:
    refusing, row = rows(2, 1)
    unfound = replace(said(row, "Nothing.", Status.NOT_FOUND, cited=False), trail=Trail())
    told = {
        "right": said(row, row.answer),
        "another figure": said(row, "After 99 days. [1]"),
        "no citation": said(row, row.answer, cited=False),
        "unfound": unfound,
    }

    fates = {name: next(live.outcomes([row], lambda _, one=one: one)).fate for name, one in told.items()}

    wrong = dict.fromkeys(("another figure", "no citation"), Fate.WRONG)
    assert fates == {"right": Fate.RIGHT, **wrong, "unfound": Fate.UNFOUND}
    refused, answered = said(refusing, "Nothing.", Status.NOT_FOUND), said(refusing, "Ada does. [1]")
    assert [next(live.outcomes([refusing], lambda _, one=one: one)).fate for one in (refused, answered)] == [
        Fate.RIGHT,
        Fate.WRONG,
    ]


def test_an_outage_of_the_model_counts_neither_way() -> None:
    [row] = rows(1, 0)

    def away(_: Question) -> Answer:
        raise FootnoteError("The model server could not be reached.")

    assert list(live.outcomes([row], away)) == []
    assert list(live.outcomes([row], lambda _: said(row, row.answer, Status.DEGRADED))) == []


def test_a_passage_is_the_same_place_however_its_document_is_cut_today() -> None:
    [row] = rows(1, 0)
    gold, other = row.passages
    longer = replace(gold, id="x", text=f"Some words before it. {gold.text} And after.", start=7, end=99)

    assert live.carries(row, longer) and not live.carries(row, other)
    assert not live.carries(row, replace(gold, text=gold.text.replace("3 days", "8 days")))
    assert not live.carries(row, replace(gold, document="kb:elsewhere.md"))
    assert live.first(row, [Hit(other, 1.0), Hit(longer, 0.5)]) == 2 and live.first(row, []) == 0


def test_neither_locked_questions_are_asked_nor_those_of_who_opted_out(tmp_path: Path) -> None:
    one, other, hers = rows(3, 0)
    with pytest.raises(NotGolden):
        live.questions(tmp_path)
    add(tmp_path, one, locked=False)
    add(tmp_path, other, locked=True)
    add(tmp_path, replace(hers, people=(ADA,)), locked=False)
    out = optout.Out(frozenset({optout.digest(ADA)}))

    assert live.questions(tmp_path, out) == ("", (one,)) and len(live.questions(tmp_path)[1]) == 2


def test_a_report_is_due_once_a_week_from_the_first_answer_on(tmp_path: Path) -> None:
    settings = load(_env_file=None, home=tmp_path)
    assert wired.due(settings, NOW) == ""
    asked(wiring.engine(settings), "Ev1", "how long?", NOW - timedelta(days=2))

    assert wired.due(settings, NOW) == "2026-W48"
    assert wired.due(settings.model_copy(update={"report": "off"}), NOW) == ""
    assert wired.due(settings, NOW - timedelta(hours=4)) == ""  # it comes at six
    wired.kept(settings).keep(Week("2026-W48", NOW.timestamp()))
    assert wired.due(settings, NOW + timedelta(days=6)) == ""
    assert wired.due(settings, NOW + timedelta(days=24)) == "2026-W51"  # those that were missed are one
    wired.kept(settings).keep(Week("2027-W20", (NOW + timedelta(days=170)).timestamp()))
    assert wired.due(settings, NOW + timedelta(days=7)) == "2026-W49"  # the clock was ahead


@pytest.mark.parametrize("given", ["every monday", "0 6 * *", "0 6 31 2 *"])
def test_a_moment_that_is_none_is_refused_with_its_name(given: str) -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_REPORT"):
        load(_env_file=None, report=given)


def test_of_many_processes_one_plans_a_report(anywhere: sa.Engine) -> None:
    with ThreadPoolExecutor(4) as threads:
        planned = list(threads.map(lambda _: Inbox(anywhere).plan("weekly", "2026-W48"), range(4)))

    assert sorted(planned) == [False, False, False, True]
    assert [row.kind for row in Inbox(anywhere).open(9, long=True)] == ["weekly"]
    assert Inbox(anywhere).open(9) == []


@dataclass
class Rig:
    slack: SlackStandIn
    engine: sa.Engine
    inbox: Inbox
    ada: str

    def handler(self, plan: Plan) -> Weekly:
        web = client(self.slack.bot_token, self.slack.api_url)
        return Weekly(self.inbox, web, Posts(self.engine, web, attempts=2, sleep=lambda _: None), plan)

    def looking(self, *to: str, seen: list[str] | None = None) -> Plan:
        """A plan whose look takes a moment and is noted."""
        kept = Weeks(self.engine)

        def look(name: str) -> None:
            time.sleep(0.2)
            if seen is not None:
                seen.append(name)
            kept.keep(replace(WEEK, name=name))

        return Plan(kept, look, to)

    def told(self) -> list[str]:
        found = [m for channel in self.slack.workspace.channels for m in self.slack.messages(channel)]
        return [m.shown for m in found if "2026-W48" in m.shown]


@pytest.fixture
def rig(slack: SlackStandIn, engine: sa.Engine) -> Rig:
    return Rig(slack, engine, Inbox(engine), slack.add_user("ada"))


@pytest.mark.slow
def test_admins_are_told_once_however_often_a_step_runs(rig: Rig) -> None:
    seen, channel = list[str](), rig.slack.add_channel("ops", rig.ada)
    made = rig.handler(rig.looking(rig.ada, channel, "U0GONE0001", seen=seen))
    rig.inbox.plan("weekly", "2026-W48")

    for _ in range(2):
        for step in made.steps[:-1]:
            step("weekly-2026-W48")

    assert seen == ["2026-W48"] and len(rig.told()) == 2
    assert "120 reviewed rows" in rig.told()[0]
    with rig.engine.connect() as db:
        keys = db.execute(sa.select(posts.c.key)).scalars().all()
    assert len(keys) == 2 and not [key for key in keys if rig.ada in key or "U0GONE0001" in key]


@pytest.mark.slow
def test_words_are_told_in_a_channel_only_where_nobody_is_a_guest(rig: Rig) -> None:
    web = client(rig.slack.bot_token, rig.slack.api_url)
    people = People(web)
    audiences = Audiences(web, people, Readers(web, people))
    ours = rig.slack.add_channel("ops", rig.ada)
    mixed = rig.slack.add_channel("all", rig.ada, rig.slack.add_guest("gus"))
    plan = replace(rig.looking(rig.ada, ours, mixed), words=lambda _: SECRET, colleagues=audiences.colleagues)
    made = rig.handler(plan)
    rig.inbox.plan("weekly", "2026-W48")

    for step in made.steps[:-1]:
        step("weekly-2026-W48")

    shown = [rig.slack.messages(channel)[-1].shown for channel in (ours, mixed)]
    assert [SECRET in text for text in shown] == ["wiki (new)" in text for text in shown] == [True, False]
    assert "2 sources were not read" in shown[1]
    assert sum(SECRET in text for text in rig.told()) == 2  # ada was told alone
    assert not audiences.colleagues("C0UNKNOWN")


def test_an_admin_is_shown_the_newest_report_by_a_command(engine: sa.Engine) -> None:
    weeks = Weeks(engine)
    command, order = Report(weeks, lambda _: SECRET), Order("c1", ADA, "C1", (), NOW, admin=True)

    assert command.commands()[0].admin and "no report yet" in command.run(order).text
    weeks.keep(WEEK)
    assert "2026-W48" in command.run(order).text and SECRET in command.run(order).text


@pytest.mark.slow
def test_a_report_that_cannot_be_made_fails_and_one_that_nobody_is_to_know_is_kept(rig: Rig) -> None:
    nothing = rig.handler(Plan(Weeks(rig.engine), lambda _: None, ()))
    rig.inbox.plan("weekly", "2026-W48")

    with pytest.raises(FootnoteError, match="report --now"):
        nothing.measure("weekly-2026-W48")
    nothing.fail("weekly-2026-W48", "AB12")
    assert rig.inbox.get("weekly-2026-W48").state == "final"
    rig.handler(rig.looking()).measure("weekly-2026-W48")
    rig.handler(rig.looking()).tell("weekly-2026-W48")
    assert rig.told() == [] and Weeks(rig.engine).of("2026-W48") == WEEK


@pytest.mark.slow
def test_a_training_starts_by_itself_only_where_a_setting_says_so(rig: Rig, tmp_path: Path) -> None:
    begun = list[str]()

    def train() -> Training:
        begun.append("train")
        return Training("footnote train kb-1", 0, Path("/home/models/trained/kb-1-0"))

    plan = rig.looking()
    for one in (plan, replace(plan, train=train)):
        made = rig.handler(one)
        made.measure("weekly-2026-W48")
        made.train("weekly-2026-W48")

    assert begun == ["train"]
    plan.weeks.keep(replace(WEEK, advice=(Advice.SEARCH,)))
    rig.handler(replace(plan, train=train)).train("weekly-2026-W48")
    assert begun == ["train"]
    settings = load(_env_file=None, home=tmp_path)
    assert wired.plan(settings).train is None
    assert wired.plan(settings.model_copy(update={"retrain": True})).train is not None


@pytest.mark.slow
def test_what_came_of_a_training_is_told_once_with_what_to_type_next(rig: Rig) -> None:
    made, failed = Path("/home/models/trained/kb-1-0"), Training("footnote dataset build", 3)
    for week, done in (("2026-W48", Training("footnote train kb-1", 0, made)), ("2026-W49", failed)):
        handler = rig.handler(replace(rig.looking(rig.ada), train=lambda done=done: done))
        handler.measure(f"weekly-{week}")
        for _ in range(2):
            handler.train(f"weekly-{week}")

    said = [m.shown for channel in rig.slack.workspace.channels for m in rig.slack.messages(channel)]
    trained, none = said
    assert f"footnote adapters add {made.name} and" in trained and "footnote gate" in trained
    assert str(made.parent) not in trained
    assert "footnote dataset build" in none and "exit code 3" in none and "by hand" in none


COMMAND = """
import json, pathlib, sys
place, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
with (place / "asked").open("a") as asked:
    asked.write(" ".join(words) + "\\n")
fails = (place / "fails").read_text().split()
if words[0] in fails:
    sys.exit(3)
if words[0] == "dataset":
    print(json.dumps({"folder": str(place / "datasets" / "kb-1")}))
else:
    pathlib.Path(words[words.index("--out") + 1]).mkdir()
    sys.exit(1 if "late" in fails else 0)
"""


@pytest.mark.parametrize(
    ("fails", "command", "code", "asked"),
    [("", "train kb-1", 0, 2), ("dataset", "dataset build", 3, 1), ("train", "train kb-1", 3, 2)],
)
def test_a_training_is_of_the_dataset_that_was_just_built_and_of_none_where_that_fails(
    tmp_path: Path, fails: str, command: str, code: int, asked: int
) -> None:
    (tmp_path / "fails").write_text(fails)

    done = wired.retrained((sys.executable, "-S", "-c", COMMAND, str(tmp_path)), tmp_path)

    made = tmp_path / "kb-1-0"
    assert done == Training(f"footnote {command}", code, None if fails else made)
    said = (tmp_path / "asked").read_text().splitlines()
    assert said == ["dataset build --json", f"train --out {made} {tmp_path / 'datasets' / 'kb-1'}"][:asked]


@pytest.mark.parametrize(("there", "code"), [(True, 0), (False, 1)])
def test_an_adapter_that_another_training_has_made_is_told_and_not_trained_again(
    tmp_path: Path, there: bool, code: int
) -> None:
    (tmp_path / "fails").write_text("train" if there else "late")  # it waited, and found it there
    if there:
        (tmp_path / "kb-1-0").mkdir()

    done = wired.retrained((sys.executable, "-S", "-c", COMMAND, str(tmp_path)), tmp_path)

    assert (done.code, done.adapter) == (code, tmp_path / "kb-1-0")


@pytest.mark.slow
def test_a_report_that_is_planned_is_made_and_told_by_one_workflow(rig: Rig, tmp_path: Path) -> None:
    seen = list[str]()
    working = Jobs(rig.inbox, rig.engine, {"weekly": rig.handler(rig.looking(rig.ada, seen=seen))})
    working.launch(tmp_path, alone=True)
    try:
        threads = [threading.Thread(target=rig.inbox.plan, args=("weekly", "2026-W48")) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until = time.monotonic() + 30
        while rig.inbox.get("weekly-2026-W48").state != "final" and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        working.close()

    assert seen == ["2026-W48"] and len(rig.told()) == 1


@pytest.fixture
def asking(home: Path) -> Iterator[Settings]:
    """A home with the handbook, where something was asked and is golden."""
    yield load(_env_file=None, home=home)


@pytest.mark.slow
def test_the_command_looks_keeps_and_shows_what_was_kept(asking: Settings) -> None:
    import json

    none = footnote("report")
    assert none.returncode == 1 and none.stderr.startswith("There is no report yet. footnote report --now")
    assert "no report of 2026-W01." in footnote("report", "2026-W01").stderr
    answer = json.loads(footnote("ask", "How do I report a lost laptop?", "--json").stdout)["id"]
    unasked = footnote("report", "--now").stdout
    assert "There are no golden questions" in unasked and footnote("report").returncode == 1
    footnote("eval", "add", answer, "--yes")

    footnote("report", "--now", "--keep")

    shown = footnote("report").stdout
    assert "Golden questions: 1 of 1 came out right" in shown and "by extract" in shown
    wired.plan(asking).look("2020-W01")  # as a replica does, in a process of its own
    assert wired.kept(asking).of("2020-W01") is not None
    told = json.loads(footnote("report", "--json").stdout)
    assert told["asked"] == {"count": 0, "of": 1} and "laptop" not in json.dumps(told)
    assert wired.kept(asking).of(told["name"]) is not None


def test_lessons_that_a_training_has_seen_are_not_new(tmp_path: Path) -> None:
    folder = tmp_path / "trained" / "one"
    folder.mkdir(parents=True)
    assert wired.trained(tmp_path) == 0.0

    (folder / "train.json").write_text('{"dataset": "kb-1"}')

    assert abs(wired.trained(tmp_path) - time.time()) < 60
    assert moment(wired.trained(tmp_path)) <= datetime.now(UTC) + timedelta(seconds=1)
