"""A question about a table in, the same in words that are not those of the table out, as people ask."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from docs.table_questions import Asked

_OTHERWISE = (
    (
        r"What is the (daily rate|hotel limit per night|parking fee) for (\w+)\?",
        (r"How much may the \1 in \2 be?", r"I need the \1 of \2, please.", r"\2: what \1 do we have there?"),
    ),
    (r"How much is the (.+) in (\w+)\?", (r"Tell me the \1 we pay in \2.", r"What do we pay as \1 in \2?")),
    (r"Who is the manager in (\w+)\?", (r"Who runs our office in \1?", r"Who is in charge of \1?")),
    (r"Who manages the (\w+) office at (\w+)\?", (r"Who is the head of \2's \1 office?",)),
    (
        r"How many desks does (\w+) have\?",
        (r"What is the number of desks in \1?", r"How many people can work in \1?"),
    ),
    (r"When did (\w+) open\?", (r"Since when do we have \1?", r"In which year was \1 opened?")),
    (r"Which office has the room (\w+)\?", (r"In which office do I find \1?", r"What office is \1 in?")),
    (
        r"How many seats does the room (\w+) have\?",
        (r"How many people fit into \1?", r"How many can sit in \1?"),
    ),
    (r"On which floor is (\w+)\?", (r"What floor is \1 on?", r"How high up is the room \1, which floor?")),
    (r"Where is the meeting room (\w+)\?", (r"Where do I find \1?", r"\1, where is that?")),
    (r"Who is the owner of the (.+)\?", (r"Who looks after the \1?", r"Who do I ask about the \1?")),
    (r"Who owns the (.+) at (\w+)\?", (r"Who is responsible for the \1 at \2?",)),
    (
        r"What is the monthly cost of the (.+)\?",
        (r"How much does the \1 cost us each month?", r"What does the \1 cost?"),
    ),
    (
        r"Which team runs the (.+)\?",
        (r"What team does the \1 belong to?", r"Who are the people behind the \1?"),
    ),
    (r"What tier is the (.+)\?", (r"Is the \1 gold, silver or bronze?", r"Which tier does the \1 have?")),
    (r"What is the budget of (\w+)\?", (r"How much money does \1 have?", r"How big is the budget for \1?")),
    (r"Who leads the project (\w+)\?", (r"Who is leading \1?", r"Whose project is \1?")),
    (r"Which department runs (\w+)\?", (r"What department is \1 in?", r"Is \1 a marketing project?")),
    (
        r"What is the status of the project (\w+) at (\w+)\?",
        (r"Is \1 at \2 still open?", r"How far is \1, is it closed?"),
    ),
    (
        r"When does the project (\w+) start\?",
        (r"What is the start date of \1?", r"When do we begin with \1?"),
    ),
    (
        r"What is the payment term of (.+)\?",
        (r"How many days do we have to pay \1?", r"By when must we pay \1?"),
    ),
    (r"What does (.+) supply\?", (r"What do we buy from \1?", r"What is \1 for?")),
    (
        r"How many offices at (\w+) have a lift\?",
        (r"In how many of \1's offices is there a lift?", r"Count the offices of \1 with a lift."),
    ),
    (
        r"How many offices of (\w+) have no lift\?",
        (r"How many of \1's offices are without a lift?", r"How many \1 offices lack a lift?"),
    ),
    (
        r"How many offices at (\w+) have more than 60 desks\?",
        (r"How many of \1's offices are larger than 60 desks?", r"How many \1 offices have over 60 desks?"),
    ),
    (
        r"How many desks are there in the offices at (\w+) in total\?",
        (r"What is the total number of desks at \1?", r"How many desks do all offices of \1 have together?"),
    ),
    (
        r"What is the highest number of desks in an office at (\w+)\?",
        (r"Which office of \1 has the most desks?", r"What is the maximum of desks in one office of \1?"),
    ),
    (
        r"How many meeting rooms are in the (\w+) office at (\w+)\?",
        (
            r"What is the number of meeting rooms in \1 at \2?",
            r"How many of \2's meeting rooms does \1 have?",
        ),
    ),
    (
        r"How many meeting rooms at (\w+) have a projector\?",
        (
            r"How many meeting rooms of \1 come with a projector?",
            r"How many of the rooms at \1 are without a projector?",
        ),
    ),
    (
        r"How many seats do the meeting rooms in (\w+) have in total\?",
        (
            r"How many people can sit in all meeting rooms of \1 together?",
            r"What do the seats in \1's meeting rooms sum up to?",
        ),
    ),
    (
        r"How many seats does the largest meeting room at (\w+) have\?",
        (r"How large is the biggest meeting room of \1?", r"Which meeting room at \1 has the most seats?"),
    ),
    (
        r"How many (\w+) services does (\w+) have\?",
        (r"How many of \2's services are \1?", r"How many services at \2 have the tier \1?"),
    ),
    (
        r"How many services at (\w+) belong to the team (\w+)\?",
        (r"How many services does \2 run at \1?", r"What number of services of \1 has the team \2?"),
    ),
    (
        r"What is the total monthly cost of all services at (\w+)\?",
        (
            r"What do all services of \1 cost per month in total?",
            r"How much does \1 pay each month for its services altogether?",
        ),
    ),
    (
        r"What is the average monthly cost of a service at (\w+)\?",
        (r"What does a service of \1 cost per month on average?",),
    ),
    (
        r"What is the total budget of the (\w+) projects at (\w+)\?",
        (
            r"How much budget do \2's \1 projects have in total?",
            r"How much money is in all \1 projects of \2?",
        ),
    ),
    (
        r"How many projects at (\w+) are open\?",
        (r"How many open projects does \1 have?", r"How many of \1's projects are still open?"),
    ),
    (
        r"What is the largest budget of a project at (\w+)\?",
        (r"Which project of \1 has the most money?", r"What is the highest budget among \1's projects?"),
    ),
    (
        r"How many orders at (\w+) are open\?",
        (r"How many of \1's orders are still open?", r"What is the number of open orders at \1 altogether?"),
    ),
    (
        r"How many pieces do the orders at (\w+) have in total\?",
        (r"How many pieces are in all orders of \1 together?",),
    ),
    (
        r"What is the amount of order (\d+) at (\w+)\?",
        (r"How much is order \1 at \2?", r"What did order number \1 of \2 cost?"),
    ),
    (r"How many pieces does order (\d+) at (\w+) have\?", (r"How many pieces are in order \1 of \2?",)),
    (
        r"How many suppliers at (\w+) are certified\?",
        (r"How many certified suppliers does \1 have?", r"How many of \1's suppliers are not certified?"),
    ),
)
_DENIED = ("without a projector", "not certified")


def reworded(draw: random.Random, one: Asked) -> Asked | None:
    """The same question in other words; None where there are none for it."""
    for pattern, forms in _OTHERWISE:
        if found := re.fullmatch(pattern, one.question, re.IGNORECASE):
            question = found.expand(draw.choice(forms))
            right = one.right
            if one.sheet and any(part in question for part in _DENIED):
                right = f"{len(one.sheet.rows) - float(right):.2f}"
            return replace(one, question=question, right=right)
    return None
