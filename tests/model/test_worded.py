"""What a passage says in other words is kept: its figures, its names, what it denies; and nothing else."""

from __future__ import annotations

import pytest

from model.answer import Fault
from model.checking.citations import check
from retrieval.passage import Passage


def _fault(said: str, claim: str) -> Fault | None:
    text = f"{said} Ask the harbour desk if in doubt."
    return check(f"{claim} [1]", (Passage("p", "d", "s", "Handbook", text, 0, len(text), "https://x"),)).fault


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("The fee is half of the ticket price.", "The fee is 50% of the ticket price."),
        ("You keep two thirds of your pay.", "You keep 2/3 of your pay."),
        ("A quarter of all crews row.", "25 % of all crews row."),
        ("Delivery takes 3-5 days.", "Delivery takes between three and five days."),
        ("The grace period is 14 days.", "The grace period is two weeks."),
        ("The lift carries 1000 kg.", "The lift carries one tonne."),
        ("The shop is open 9am-5pm.", "The shop is open from 9:00 to 17:00."),
        ("The shop opens at noon.", "The shop opens at 12:00."),
        ("Die Sitzung beginnt um 14 Uhr.", "Die Sitzung beginnt um 14:00 Uhr."),
        ("The drill is on 2025-03-03.", "The drill is on 3 March 2025."),
        ("The desk answers around the clock.", "The desk answers 24/7."),
        ("The desk answers 24/7.", "The desk answers 24 hours a day, 7 days a week."),
        ("The limit is 10,000 calls an hour.", "The limit is 10k calls an hour."),
        ("A dozen lockers are free.", "12 lockers are free."),
        ("The alarm is tested twice a year.", "The alarm is tested two times a year."),
        ("The maximum is 30 minutes.", "The maximum is half an hour."),
        ("The ferry was late by less than an hour.", "The ferry was late by under one hour."),
        ("The fund grew from 2 to 3 million euros.", "The fund grew from 2 million to 3 million euros."),
        ("At least two people must sign a contract.", "A contract must be signed by two or more people."),
        ("The course lasts 18 months.", "The course lasts one and a half years."),
        ("Children under the age of 6 ride free.", "Children under 6 years ride free."),
        ("Costs above $75 need a receipt.", "Costs above USD 75 need a receipt."),
        ("The desk is 030 1234-567.", "The desk is 030 1234567."),
        ("Use reader B12 at the gate.", "Use reader B 12 at the gate."),
        ("The Human Resources team signs it.", "HR signs it."),
        ("In the first quarter sales rose by 5%.", "In Q1 sales rose by 5%."),
        ("Crews of Hungary row.", "Hungarian crews row."),
    ],
)
def test_a_figure_or_a_name_may_be_written_in_another_way(said: str, claim: str) -> None:
    assert _fault(said, claim) is None


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("The fee is half of the ticket price.", "The fee is 60% of the ticket price."),
        ("The fee is a third of the ticket price.", "The fee is 1/4 of the ticket price."),
        ("Delivery takes 3-5 days.", "Delivery takes between three and six days."),
        ("The lift carries 1000 kg.", "The lift carries two tonnes."),
        ("The shop opens at noon.", "The shop opens at 13:00."),
        ("The drill is on 2025-03-04.", "The drill is on 3 March 2025."),
        ("The limit is 10 calls an hour.", "The limit is 10k calls an hour."),
        ("The maximum is 40 minutes.", "The maximum is 0.5 hours."),
        ("The desk is 030 1234-567.", "The desk is 030 1234568."),
        ("The fund holds 1000000 euros.", "The fund holds 100000 euros."),
        ("The account is 1250000.", "The account is 250,000."),
        ("You may be away for 3 days a quarter.", "You may be away for 4 days."),
        ("In the second quarter sales rose.", "Up to now, sales rose in Q1."),
        ("Finance signs it with Harald Roth.", "They say that HS signs it."),
    ],
)
def test_another_figure_or_name_is_another_one(said: str, claim: str) -> None:
    assert _fault(said, claim) in (Fault.FIGURE, Fault.NAME)


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("Dogs may not be brought into the office.", "Dogs are not allowed in the office."),
        ("Receipts are not necessary below 15 euros.", "You do not need receipts below 15 euros."),
        ("Laptops must never be left in a parked car.", "Do not leave laptops in a parked car."),
        ("The VPN is not available on private phones.", "Private phones cannot use the VPN."),
        ("The trial period cannot be extended.", "An extension of the trial period is not possible."),
        ("Private use of the boat is not permitted abroad.", "The boat may not be used privately abroad."),
        ("Parking is free of charge for guests.", "Guests do not pay for parking."),
        ("The office is closed at New Year.", "At New Year the office does not open."),
        ("Boats below 8 metres need no permit.", "Boats that are below 8 metres do not need a permit."),
        ("Bring your passport; an ID card is not enough.", "An ID card is not sufficient: bring a passport."),
        ("The canteen takes cards, not cash.", "You cannot pay with cash in the canteen, cards are taken."),
        ("We no longer support version 2.", "Version 2 is not supported any more."),
        ("Never, ever give your password to anyone.", "Never give your password to anyone you know."),
        ("Contractors are not eligible for the bonus scheme.", "Contractors cannot use the bonus scheme."),
        ("'Rent to own' is not a precise, single contract.", "Rent to own is not a single contract."),
        # what stands above a list is said of its items
        (
            "You may not row if any of these apply:\n- you are younger than the harbour rule allows\n"
            "- you are a guest of the other club in Lund\n",
            "You cannot row if you are a guest of the other club in Lund.",
        ),
        # nothing has come of something
        (
            "With new sails, as crews of the harbour tell us, overall speed is unchanged in all weathers.",
            "The new sails work without lowering the overall speed.",
        ),
        (
            "Das Rauchen ist im Lager verboten, auch in den Pausen.",
            "Im Lager ist das Rauchen verboten.",
        ),
        (
            "Interns are exempt from the travel policy and book flights with Anna.",
            "Interns book flights with Anna.",
        ),
    ],
)
def test_what_is_denied_may_be_denied_with_another_verb(said: str, claim: str) -> None:
    assert _fault(said, claim) is None


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("Dogs may not be brought into the office.", "Dogs are allowed in the office."),
        (
            "Dogs may be brought into the office. Cats may not be brought into the office.",
            "Dogs are not allowed in the office.",
        ),
        ("Receipts are needed above 15 euros and not below.", "Receipts are not required above 15 euros."),
        ("Smoking is prohibited in all boats of the club.", "You may smoke in boats of the club."),
        ("Interns are excluded from the pension plan.", "Interns do get the pension plan."),
        # "only" answers no denial beside the same "only"
        ("The badge only has a chip (no photo).", "The badge only does not have a chip."),
        # "unless" bounds what is said, and does not deny it
        (
            "The rules ask that boats not be used before 39 weeks of training without a medical reason.",
            "By the rules boats should be taken before 39 weeks of training unless medically necessary.",
        ),
        (
            "The store fetches a page from the yard only if it is not available in its cache. It caches all.",
            "The store fetches a page from the yard if it is available in its cache.",
        ),
        ("You don't get to recognise the loss on the boat.", "You can recognise the loss on the boat."),
        # what is only said of what is not so
        ("A request takes a day. The pass is printed later.", "The pass has yet been printed."),
        ("New tracks are dear.", "New tracks come anytime soon."),
        (
            "The fund pays crews, guests and nobody else.",
            "The fund is limited to crews, but also pays guests.",
        ),
        # does, where a sentence near denies it in other words
        ("Teaching harbours did not do better on care.", "Teaching harbours do provide care."),
    ],
)
def test_what_is_denied_in_other_words_is_not_so(said: str, claim: str) -> None:
    assert _fault(said, claim) is Fault.OPPOSITE
