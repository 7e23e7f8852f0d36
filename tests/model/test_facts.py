"""What no right answer can do without."""

from __future__ import annotations

from model.learning.facts import facts
from model.learning.scored import says


def test_the_month_of_a_date_is_no_fact_of_its_own() -> None:
    told = tuple(facts("On 25 March 2027 the office in Lund closes. [1]"))

    assert told == ("25 March 2027", "Lund")
    assert all(says("The office in Lund closes on 2027-03-25. [2]", one) for one in told)
