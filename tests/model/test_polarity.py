"""Where a sentence denies, or goes the other way, and the passage does not: and where it only seems to."""

from __future__ import annotations

import pytest

from model.answer import Fault
from model.checking.citations import check
from retrieval.passage import Passage


def _fault(said: str, claim: str) -> Fault | None:
    passage = Passage("p", "d", "s", "Handbook", said, 0, len(said), "https://x")
    return check(f"{claim} [1]", (passage,)).fault


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        # a word may be denied at one place and said at another
        (
            "Lockers may lose their code after a power cut, whereas your card will not lose its code.",
            "Lockers may lose their code after a power cut.",
        ),
        # "if ... not" and "whether" say nothing of what is so
        (
            "If the depot is not sorting parcels by noon, ring the desk. The depot sorts parcels daily.",
            "The depot is sorting parcels daily by noon.",
        ),
        (
            "We asked whether night shifts raise the number of accidents. Night shifts were not linked with "
            "a raised number of accidents.",
            "Night shifts do not raise the number of accidents.",
        ),
        # what opens with "not only", or says "the only", denies nothing
        (
            "Badges are not the only key to the archive, which keeps contracts for ten years.",
            "Badges are not the only key to the archive.",
        ),
        # "do not hesitate" asks for something; "None" is what a menu has
        (
            "Ring the travel desk about visas at any time.",
            "Don't hesitate to ring the travel desk about visas.",
        ),
        (
            "For Template select None and start from an empty page.",
            'For "Template", select "None" to start from an empty page.',
        ),
        # none of a thing is none of it, whatever else is said of the thing
        (
            "Trainees in Lund ride the shuttle and there is no charge at all.",
            "Trainees ride the shuttle in Lund without a booking charge.",
        ),
        # "until" and "unless" deny
        (
            "Parking is open to guests, but a permit is not a necessity until the car is staying overnight.",
            "A permit is not a necessity for guests if the car is not staying overnight.",
        ),
        # an adverb between says nothing
        (
            "Deliveries are planned at fixed, though not necessarily equal, distances along the road.",
            "Deliveries along the road do not occur at equal distances.",
        ),
        # a short sentence that says just this, among longer ones that have more words of it
        (
            "The recycling rule of Ostby county asks for two bins, one for paper of households and one for "
            "glass of households. Recycling bins of Ostby stay loose on the county lorry and open. Keep the "
            "recycling of Ostby county loose in the bins. Do not put cans in a bag.",
            "By the recycling rule of Ostby county cans are not put in a bag, and recycling stays loose.",
        ),
        # what lacks something is the thing, not what is said of it afterwards
        (
            "Crews without a radio have an increased risk of delays.",
            "Crews lacking a radio have an increased risk of delays.",
        ),
        # what lacks a thing is what is deficient in it
        (
            "The depot of Ostby is deficient in its old and winding northern tracks, and slow. Tracks are "
            "dear.",
            "The depot that lacks tracks is slow.",
        ),
        # without it here and with it there, in one sentence
        (
            "In Lindby, for example, you pay a road toll of 8 euros a day, and road toll on trailers. But in "
            "other towns (like Ostby, for example) there's no tolls at all.",
            "Some towns, like Ostby, are without road toll, while others, like Lindby, charge a road toll "
            "of 8 euros a day and road toll on trailers.",
        ),
        # where nothing may be done is where: it is not the other place
        (
            "A driver inside the yard cannot open doors outside the yard.",
            "The rule of the yard keeps a driver from doors outside the yard.",
        ),
        # both ways in one sentence, both in the passage
        (
            "Public shelves hold leaflets for guests. Private shelves hold contracts for staff.",
            "There are public shelves with leaflets and private shelves with contracts.",
        ),
        # no word around is the same, and something else goes this way
        (
            "Most drivers of the harbour line take the safety course in spring, with a simulator of a lorry. "
            "The safety course lowers the risk of a crash.",
            "The safety course of the harbour line, which has a simulator of a lorry, lowers the crash risk.",
        ),
        ("Nicht nur Gäste nutzen die Kantine, auch Mitarbeitende.", "Nicht nur Gäste nutzen die Kantine."),
        # limited is said in other words
        ("Only crews of the harbour ride the shuttle.", "The shuttle is limited to crews of the harbour."),
        ("You may park in the yard for up to two hours.", "Parking in the yard is limited to two hours."),
        ("No one but crews rides the harbour shuttle.", "The harbour shuttle is limited to crews."),
        # unpaid is not paid, whichever of them is said; what only looks like a prefix is none
        ("Overtime of crews is not paid.", "Overtime of crews is unpaid."),
        ("Overtime of crews is unpaid.", "Crews are not paid for their overtime."),
        (
            "Guests play cards, and a screen lists winners.",
            "A display lists winners of the cards guests play.",
        ),
        # you follow steps: nothing is said to come later
        ("Make a badge with no prior one in these steps.", "To make a badge, you can follow these steps:"),
        # more than so many are no more of it
        (
            "The mill was declared dry in May: five floods at most, then absence of floods for 12 months.",
            "The mill was declared dry in May, with no flood for more than 12 months.",
        ),
        # not sure why they would: nothing of what follows is denied
        (
            "I am not sure why trainees with cards would go by shuttle.",
            "The shuttle is slow, and why would trainees with cards go by it.",
        ),
        # they do forget
        (
            "Guests forget their badges every week, and the desk keeps a spare one.",
            "Guests forget badges, so the desk keeps a spare one.",
        ),
    ],
)
def test_what_only_seems_to_be_the_opposite_is_kept(said: str, claim: str) -> None:
    assert _fault(said, claim) is None


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        # what says the reverse without its denial, whatever the passage says
        (
            "Ring the travel desk about visas at any time.",
            "Ring the travel desk about visas, and do hesitate to ring.",
        ),
        (
            "The custom of the harbour is kept in the town, and it is kept at the mill as well.",
            "The custom of the harbour is limited to the town, but it is kept at the mill.",
        ),
        (
            "Good drivers of the line are on time and help guests with bags.",
            "Good drivers of the line are just on time, but also help guests with bags.",
        ),
        # a denial that is as near as the nearest sentence
        (
            "Please have the exact fare ready. The driver does not carry change.",
            "Please have the exact fare ready, since the driver does carry change.",
        ),
        # a denial in a condition, where the claim has the condition
        (
            "A member needs a majority of votes to lead. The council meets at once if no member gets a "
            "majority of votes.",
            "The council meets at once if a member gets a majority of votes.",
        ),
        (
            "If you don't need the groups anymore, you can delete them.",
            "If you need the groups, delete them.",
        ),
        # not all is not none
        (
            "But not all tides cause floods here. For example, a spring tide could cause floods.",
            "Spring tides cannot cause floods.",
        ),
        # denied of one thing, said of this one
        (
            "We expected that late trains would be linked with complaints, with no link for buses.",
            "Late trains are not linked with complaints.",
        ),
        (
            "The survey found no convincing link between noise and sick leave.",
            "Noise is linked with sick leave.",
        ),
        # unpaid where paid is said, and the other way round
        ("Overtime of crews is paid with the salary.", "Overtime of crews is unpaid."),
        ("Entry to the yard is unrestricted.", "Entry to the yard is restricted."),
        ("The old badge is deactivated on Friday.", "The old badge is activated on Friday."),
        # denied with another verb
        (
            "The travel desk does not refund tickets of trainees.",
            "You can return tickets of trainees at the travel desk.",
        ),
        # what is non-plastic is no card of another kind
        (
            "The important fact is that all notes of the bank are guest notes. A guest note is a non-plastic "
            "paper note that the bank prints as legal tender.",
            "Our notes aren't guest notes.",
        ),
        # denied of something else altogether
        (
            "Drills help crews of the line to spot and stop a blaze by showing them the spark that causes "
            "that blaze. If they meet the same spark again, drills help crews to spot and stop it soon. But "
            "drills use the same calm habits of the line, which sparks begin. None of these can cause deck "
            "fires.",
            "Deck fires drills work by showing crews of the line how to spot and stop the spark that fails "
            "to cause deck fires.",
        ),
        ("The pool is closed in winter.", "The pool is open in winter."),
        ("Die Kantine ist im Sommer nicht geöffnet.", "Die Kantine ist im Sommer geöffnet."),
    ],
)
def test_what_is_the_opposite_is_struck_out_though_other_sentences_are_like_it(said: str, claim: str) -> None:
    assert _fault(said, claim) is Fault.OPPOSITE


@pytest.mark.parametrize(
    ("said", "claim", "fault"),
    [
        (
            "The shuttle was not late in May. Trainees ride the shuttle to Lund.",
            "Trainees no longer ride the shuttle to Lund.",
            Fault.OPPOSITE,
        ),
        (
            "Trainees do not ride the shuttle. The pool is not open. The shuttle goes to Lund.",
            "Trainees no longer ride the shuttle.",
            Fault.OPPOSITE,
        ),
        (
            "Trainees do not ride the shuttle to Lund: the contract ended in May.",
            "Trainees no longer ride the shuttle to Lund.",
            None,
        ),
        (
            "Trainees no longer ride the shuttle to Lund.",
            "The shuttle to Lund is one that trainees no longer ride.",
            None,
        ),
    ],
)
def test_what_is_no_longer_so_has_to_be_told_to_have_changed(
    said: str, claim: str, fault: Fault | None
) -> None:
    assert _fault(said, claim) == fault


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("The mill was sold to a bank in 2005.", "The mill was sold to a bank in 1998."),
        ("Returns of parcels are taken on Saturdays.", "Returns of parcels are taken on Mondays."),
        ("Returns of parcels are free in August.", "Returns of parcels are free in March."),
    ],
)
def test_a_date_of_one_thing_is_none_of_another(right: str, wrong: str) -> None:
    said = (
        "The mill was founded in 1998 by two sisters, and sold to a bank in 2005. Letters go on Mondays from "
        "the harbour desk, and returns of parcels are taken on Saturdays. Storage is free in March for those "
        "members of the club who row, and returns of parcels are free in August."
    )

    assert (_fault(said, right), _fault(said, wrong)) == (None, Fault.FIGURE)
