"""What an answer has to have, by what is asked."""

from __future__ import annotations

import pytest

from model.quoting.demands import demanded


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does a Plover gauge cost?", "price"),
        ("How much does the canteen cost?", "price"),
        ("What is the monthly fee?", "price"),
        ("Was kostet ein Parkplatz?", "price"),
        ("Wie hoch sind die Reisekosten?", "price"),
        ("What is the cost centre?", ""),
        ("What costs are covered?", ""),
        ("How long is parental leave?", "length"),
        ("Wie lange dauert die Probezeit?", "length"),
        ("How many rooms are there?", "count"),
        ("How much is the allowance?", "amount"),
        ("What is the speed limit on site?", "speed"),
        ("Wie hoch ist das Tempolimit?", "speed"),
        ("How heavy is the gauge?", "weight"),
        ("What is the diameter of the drum?", "extent"),
        ("In which year was it built?", "year"),
        ("In welchem Jahr war das?", "year"),
        ("What is the penalty for this?", "figure"),
        ("How many weeks do I get?", "units"),
        ("Wie viele Wochen bekomme ich?", "units"),
        ("How many weeks before that do I ask?", "offset"),
        ("When was the gauge launched?", "date"),
        ("Wann wurde das Büro eröffnet?", "date"),
        ("When do I get paid?", "time"),
        ("When may I use the horn?", "time"),
        ("Who approves travel?", "person"),
        ("Wer genehmigt Reisen?", "person"),
        ("What is the code of the boathouse?", "secret"),
        ("Wie lautet das WLAN-Passwort?", "secret"),
        ("Can I get the Slack password?", "secret"),
        ("Can I get my password reset?", ""),
        ("What is the phone number of the desk?", "code"),
        ("How far from the weir does it hang?", "distance"),
        ("Welchen Abstand braucht der Sensor?", "distance"),
        ("How far ahead do I book?", "notice"),
        ("What is the notice period?", "notice"),
        ("Welche Kündigungsfrist gilt?", "notice"),
        ("Which notice board is it on?", ""),
        ("distance to the weir", "distance"),
        ("the price of a boat", "price"),
        ("age of the oldest boat?", "figure"),
        ("price list", ""),
        ("What number of boats is new?", ""),
        ("The price of oil is low until when?", ""),
        ("What is the code of conduct?", ""),
        ("What is the password policy?", ""),
        ("What do I do when I am ill?", ""),
        ("May I bring a dog?", ""),
        ("Was galt?\nUnd wie lange?", "length"),
    ],
)
def test_a_question_may_demand_something_of_its_answer(question: str, name: str) -> None:
    demand = demanded(question)

    assert (demand.name if demand else "") == name


@pytest.mark.parametrize(
    ("question", "met", "unmet"),
    [
        ("What does it cost?", "It is €40 a month.", "It has two bolts and cable HC-204."),
        ("What does it cost?", "Parking is free.", "Parking is behind the office, on level 2."),
        ("Was kostet es?", "Es kostet 40 Euro.", "Es hat zwei Plätze."),
        (
            "What is the Slack password?",
            "The Slack password is blue-41.",
            "Report a lost key: extension 411.",
        ),
        ("How far is it from the weir?", "Stay 50 metres away.", "It takes 50 gauges."),
        ("What notice do I give?", "Tell us ten weeks before you start.", "You get ten weeks at full pay."),
        (
            "What notice do I give?",
            "One week or less needs five days' notice.",
            "The notice board has five pages.",
        ),
        ("Wie lange im Voraus melde ich mich an?", "Drei Wochen vorher.", "Das Seminar dauert drei Wochen."),
        ("How long is it?", "Each parent gets 20 paid weeks.", "Some started ten years ago."),
        ("How long is it?", "paid weeks: 20; unpaid weeks: 32", "It is for all parents."),
        ("Wie lange ist das?", "Sie dauert sechs Monate.", "Sie ist für alle Eltern."),
        ("How many weeks do I get?", "You get a whole week.", "It was €900 for a full year."),
        ("How long may I stay?", "You may stay until the end.", "You may stay."),
        ("How much is it?", "It was €30 in 2023.", "This policy replaces the Home allowance 2023."),
        ("How much is it?", "It is 40 % since 1 May 2024.", "It is valid from 1 May 2024."),
        ("What is the speed limit?", "It is 10 km/h.", "It is 40 spaces."),
        ("How heavy is it?", "It weighs 4 kg.", "It has 4 legs."),
        ("What is the height of it?", "It is 2 m.", "It has 2 legs."),
        ("In which year was it?", "It was in 1998.", "It was on floor 19."),
        (
            "How many weeks do I get?",
            "You get 20 weeks.",
            "It starts within eight weeks of the 4th birthday.",
        ),
        ("How many weeks do I get?", "You get 20 weeks.", "Every child counts."),
        ("How many are there?", "There are twelve rooms.", "Rooms are booked at reception."),
        ("When was it built?", "It was built in May.", "It was built by cable HC-204 in 24 steps."),
        ("When does it open?", "It opens on Mondays.", "It is open for visitors."),
        ("When may I sound it?", "Sound it only for a fire.", "It is sounded loudly."),
        ("Wann darf ich hupen?", "Nur im Notfall hupen.", "Die Hupe ist laut."),
        ("Who decides?", "The team lead decides.", "It is decided quickly."),
        ("Wer entscheidet?", "Das entscheidet Vera Ohm.", "es wird schnell entschieden."),
    ],
)
def test_a_sentence_has_what_is_demanded_or_is_no_answer(question: str, met: str, unmet: str) -> None:
    demand = demanded(question)

    assert demand is not None
    assert (demand.met_by(met), demand.met_by(unmet)) == (True, False)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("The boathouse has room for 12 boats.", False),
        ("The boathouse has a new lock.", False),
        ("Type 4711 at the boathouse.", True),
        ("The network is called heron-7b.", True),
        ("The code is on the back of your badge.", True),
    ],
)
def test_a_code_is_digits_or_signs_or_said_to_be_somewhere(text: str, met: bool) -> None:
    demand = demanded("What is the code of the boathouse?")

    assert demand is not None and demand.met_by(text) is met


def test_a_line_of_dashes_or_figures_is_read_once() -> None:
    for question in ("How long is the lease?", "How many weeks is it?", "What is the notice period?"):
        demand = demanded(question)

        assert demand is not None
        for rest in ("-" * 2_000, "a-" * 1_000, "1" * 2_000):
            assert not demand.met_by(f"Section 5 {rest}x")
        assert demand.met_by("It is 5 - well-earned - weeks notice.")
