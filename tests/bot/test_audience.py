"""Who will read a reply, and so what it may use: only what every one of them may read by themselves."""

from __future__ import annotations

import random
from itertools import count

import pytest

from bot.who.asking import ReadersUnknown
from bot.who.audience import Audiences, room
from bot.who.people import People
from bot.who.readers import Readers
from retrieval.passage import EVERYONE, Audience
from tests.bot.conftest import Company
from tests.bot.memory_slack import MemorySlack


def audiences(company: Company, **how: object) -> Audiences:
    people = People(company.client, **how)  # type: ignore[arg-type]
    return Audiences(company.client, people, Readers(company.client, people))


def test_a_channel_of_members_uses_its_own_documents_and_those_for_everyone(company: Company) -> None:
    ada, ben = company.slack.add_user("ada"), company.slack.add_user("ben")
    channel = company.slack.add_channel("help", ada, ben)

    assert audiences(company).of(channel, ada, direct=False) == Audience.of(EVERYONE, f"channel:{channel}")


@pytest.mark.parametrize("kind", ["channel", "group"])
@pytest.mark.parametrize("who", ["guest", "stranger", "unmarked stranger", "unknown"])
def test_one_who_is_not_everyone_leaves_the_channel_its_own_documents(
    company: Company, kind: str, who: str
) -> None:
    slack = company.slack
    ada = slack.add_user("ada")
    other = {
        "guest": lambda: slack.add_guest("other"),
        "stranger": lambda: slack.add_stranger("other"),
        "unmarked stranger": lambda: slack.add_user("other", team="T0OTHER"),
        "unknown": lambda: "U404",
    }[who]()
    channel = slack.add_channel("help", ada, other, kind=kind)
    slack.alter_channel(channel, is_ext_shared=False)

    assert audiences(company).of(channel, ada, direct=False) == Audience.of(f"channel:{channel}")


def test_a_channel_that_is_shared_with_another_company_has_its_own_documents_only(company: Company) -> None:
    ada = company.slack.add_user("ada")
    company.slack.add_group("crew", ada)
    channel = company.slack.add_channel("joint", ada, kind="group", shared=True)

    assert audiences(company).of(channel, ada, direct=False) == Audience.of(f"channel:{channel}")


def test_an_answer_about_another_channel_is_no_answer() -> None:
    slack = MemorySlack()
    ada = slack.add_user("ada")
    channel, other = slack.add_channel("help", ada), slack.add_channel("other", ada)
    people = People(slack.client)
    people.asking.once(f" room {channel}", lambda: {"id": other})

    with pytest.raises(ReadersUnknown, match="what this channel is"):
        Audiences(slack.client, people, Readers(slack.client, people)).of(channel, ada, direct=False)


@pytest.mark.parametrize(
    "about",
    [
        {"is_pending_ext_shared": True},
        {"pending_shared": ["T2"]},
        {"is_shared": True},
        {"is_ext_shared": True},
    ],
)
def test_whoever_is_invited_from_elsewhere_counts_before_they_come(about: dict[str, object]) -> None:
    assert room(about).shared
    assert not room({"is_shared": True, "is_org_shared": True}).shared


def test_apps_and_deactivated_accounts_are_no_readers(company: Company) -> None:
    slack = company.slack
    ada, bot, gone = slack.add_user("ada"), slack.add_bot("deploys"), slack.add_user("left", deleted=True)
    crew = slack.add_group("crew", ada)
    channel = slack.add_channel("crew", ada, bot, gone, kind="group")

    assert audiences(company).of(channel, ada, direct=False) == Audience.of(
        EVERYONE, f"channel:{channel}", f"group:{crew}"
    )


def test_a_group_that_all_of_a_private_channel_are_in_lends_its_documents(company: Company) -> None:
    slack = company.slack
    ada, guest = slack.add_user("ada"), slack.add_guest("guest")
    crew, other = slack.add_group("crew", ada, guest), slack.add_group("other", ada)
    channel = slack.add_channel("crew", ada, guest, kind="group")

    found = audiences(company).of(channel, ada, direct=False).principals

    assert f"group:{crew}" in found and f"group:{other}" not in found and EVERYONE not in found


def test_a_public_channel_uses_no_documents_of_groups_as_everybody_can_look_in(company: Company) -> None:
    ada = company.slack.add_user("ada")
    company.slack.add_group("crew", ada)
    channel = company.slack.add_channel("crew", ada)

    assert audiences(company).of(channel, ada, direct=False) == Audience.of(EVERYONE, f"channel:{channel}")


def test_who_asks_without_being_there_is_counted_as_there(company: Company) -> None:
    slack = company.slack
    ada, ben = slack.add_user("ada"), slack.add_user("ben")
    slack.add_group("crew", ada)
    channel = slack.add_channel("crew", ada, kind="group")

    assert audiences(company).of(channel, ben, direct=False) == Audience.of(EVERYONE, f"channel:{channel}")


def test_a_conversation_of_several_is_a_private_channel(company: Company) -> None:
    ada, ben = company.slack.add_user("ada"), company.slack.add_user("ben")
    crew = company.slack.add_group("crew", ada, ben)
    several = company.slack.add_channel("several", ada, ben, kind="mpim")

    assert f"group:{crew}" in audiences(company).of(several, ada, direct=False).principals


def test_a_direct_reply_uses_what_the_asker_may_read_themselves(company: Company) -> None:
    slack = company.slack
    ada, guest = slack.add_user("ada"), slack.add_guest("guest")
    slack.add_group("crew", ada)
    channel = slack.add_channel("joint", ada, guest, kind="group")
    asked = audiences(company)

    assert asked.of(channel, ada, direct=True) == Readers(company.client).of(ada)
    assert asked.of(channel, guest, direct=True) == Audience.of(f"user:{guest}", f"channel:{channel}")


def test_a_channel_that_is_not_known_is_an_error(company: Company) -> None:
    ada = company.slack.add_user("ada")
    hidden = company.slack.add_channel("hidden", ada, kind="group", bot=False)

    for channel in ("C404", hidden):
        with pytest.raises(ReadersUnknown, match="not in this channel"):
            audiences(company).of(channel, ada, direct=False)


@pytest.mark.parametrize(
    "method", ["conversations.info", "conversations.members", "users.info", "usergroups.list"]
)
@pytest.mark.parametrize("error", ["missing_scope", "internal_error"])
def test_what_slack_does_not_say_is_an_error_and_is_asked_again(
    company: Company, method: str, error: str
) -> None:
    ada = company.slack.add_user("ada")
    channel = company.slack.add_channel("help", ada, kind="group")
    asked = audiences(company)
    company.slack.fail(method, error=error)
    with pytest.raises(ReadersUnknown):
        asked.of(channel, ada, direct=False)

    assert EVERYONE in asked.of(channel, ada, direct=False).principals


def test_a_channel_of_more_people_than_are_looked_at_has_its_own_documents_only() -> None:
    slack = MemorySlack()
    users = [slack.add_user(f"u{n}") for n in range(20_000)]
    channel = slack.add_channel("all", *users, bot=False)
    asked = audiences(Company(slack, slack.client))
    assert EVERYONE in asked.of(channel, users[0], direct=False).principals
    larger = slack.add_channel("more", *users, bot=True)
    before = len(slack.calls)

    for _ in range(2):
        assert asked.of(larger, users[0], direct=False) == Audience.of(f"channel:{larger}")
    assert len(slack.calls) - before == 21  # and what was found is kept


@pytest.mark.parametrize("kind", ["channel", "group"])
@pytest.mark.parametrize(("members", "first", "minute_later"), [(5, 7, 6), (500, 9, 3), (5_000, 13, 7)])
def test_the_calls_a_question_costs_are_those_of_docs_security(
    members: int, first: int, minute_later: int, kind: str
) -> None:
    slack, now = MemorySlack(), [0.0]
    users = [slack.add_user(f"u{n}") for n in range(5_000 - 1)]  # and the bot: five pages of the list
    channel = slack.add_channel("c", *users[: members - 1], kind=kind)
    people = People(slack.client, clock=lambda: now[0])
    asked = Audiences(slack.client, people, Readers(slack.client, people))

    def question() -> int:
        before = len(slack.calls)
        people.about(users[0])
        assert EVERYONE in asked.of(channel, users[0], direct=False).principals
        return len(slack.calls) - before

    groups = int(kind == "group")  # one more call, for the user groups
    found = [question()]
    now[0] = 59.0
    found.append(question())
    now[0] = 119.0
    found.append(question())

    assert found == [first + groups, 0, minute_later + groups]


@pytest.mark.parametrize("change", ["joins", "becomes a guest", "leaves the group", "is shared"])
def test_a_change_of_rights_is_honoured_within_a_minute(company: Company, change: str) -> None:
    slack, now = company.slack, [0.0]
    ada, ben, guest = slack.add_user("ada"), slack.add_user("ben"), slack.add_guest("guest")
    crew = slack.add_group("crew", ada, ben)
    channel = slack.add_channel("crew", ada, ben, kind="group")
    asked = audiences(company, clock=lambda: now[0])
    before = asked.of(channel, ada, direct=False)
    assert before == Audience.of(EVERYONE, f"channel:{channel}", f"group:{crew}")
    now[0] = 30.0  # what is made of answers of different ages is as old as the oldest
    assert asked.of(channel, ada, direct=False) == before
    {
        "joins": lambda: slack.join(guest, channel),
        "becomes a guest": lambda: slack.alter_user(ben, is_restricted=True),
        "leaves the group": lambda: slack.add_group("crew", ada),
        "is shared": lambda: slack.alter_channel(channel, is_ext_shared=True),
    }[change]()
    now[0] = 60.0

    lost = {"leaves the group": {f"group:{crew}"}, "becomes a guest": {EVERYONE}}
    gone = lost.get(change, {EVERYONE, f"group:{crew}"})
    assert asked.of(channel, ada, direct=False) == Audience(before.principals - gone)


def test_no_reply_in_a_channel_uses_what_one_of_its_people_may_not_read(company: Company) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    rounds = 150 if isinstance(company.slack, MemorySlack) else 8
    used = [_round(company, rng, n) for n, _ in zip(count(), range(rounds), strict=False)]

    assert sum(used) > rounds  # it is no test of refusing everything


def _round(company: Company, rng: random.Random, number: int) -> int:
    """One channel at random, and how many of some documents at random a reply in it uses."""
    slack = company.slack
    people = _people(company, rng)
    groups = [slack.add_group(f"g{number}.{n}", *rng.sample(people, rng.randint(1, 9))) for n in range(3)]
    inside = rng.sample(people, rng.randint(1, 6))
    groups.append(slack.add_group(f"g{number}.all", *inside, *rng.sample(people, 2)))
    kind = rng.choice(["channel", "group", "group"])
    channel = slack.add_channel(f"c{number}", *inside, kind=kind)
    slack.alter_channel(channel, is_ext_shared=rng.random() < 0.1)
    readers = Readers(company.client)
    held = [readers.of(user) for user in inside]
    held = [one for one in held if one.principals]  # apps and deactivated accounts read nothing anywhere
    names = [EVERYONE, f"channel:{channel}", *(f"user:{u}" for u in people), *(f"group:{g}" for g in groups)]
    documents = [Audience.of(*rng.sample(names, rng.randint(1, 2))) for _ in range(60)]
    asker = rng.choice(inside)

    reply = audiences(company).of(channel, asker, direct=False)

    used = [document for document in documents if document.admits(reply)]
    assert all(document.admits(one) for document in used for one in held), (number, kind, reply)
    return len(used)


def _people(company: Company, rng: random.Random) -> list[str]:
    slack = company.slack
    kinds = [
        lambda: slack.add_user("member"),
        lambda: slack.add_guest("guest"),
        lambda: slack.add_stranger("stranger"),
        lambda: slack.add_bot("bot"),
        lambda: slack.add_user("gone", deleted=True),
    ]
    weights = rng.choice([[1, 0, 0, 0, 0], [8, 1, 0, 1, 1], [4, 1, 1, 1, 1]])
    return [rng.choices(kinds, weights)[0]() for _ in range(12)]
