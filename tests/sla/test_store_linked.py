"""A case that was opened because of another: what rules see of the link is the same at every step."""

import pytest

from tests.sla.conftest import House, Open
from tests.sla.packs import CaseMail, edition_of, files_with

FROM_ABOVE = files_with("when: {urgent: yes}", "when: {from_above: yes}")


@pytest.fixture
def town(open_house: Open) -> House:
    """The service with a town that gives matters from above two hours."""
    house = open_house()
    house.take(house.mail.edition(FROM_ABOVE))
    return house


def live(house: House, **link: object) -> CaseMail:
    """A case reported, accepted and corrected by a decision that leaves it where it is."""
    case = house.case(edition=edition_of(FROM_ABOVE), **link)
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.take(case.step("2026-03-09 10:30", "correct", facts={"urgent": True}, awaits=True))
    house.take(case.accepted("2026-03-09 10:40"))
    return case


def states(house: House) -> list[str]:
    return [row["state"] for row in house.clocks().values() if row["rule"] == "urgent-limit"]


@pytest.mark.parametrize("is_older", [False, True], ids=["intake of today", "intake of the version before"])
def test_a_case_from_above_stays_one(town: House, is_older: bool):
    """Its limit goes on over corrections and new decisions, also where only the first message named the link."""
    live(town, linked_from="case-0", link_direction=None if is_older else "above", is_older=is_older)
    assert states(town) == ["running"]


@pytest.mark.parametrize("direction", ["below", "across"])
def test_a_case_passed_up_or_across_is_not_from_above(town: House, direction: str):
    """A link alone says nothing of where the other case lies."""
    live(town, linked_from="case-0", link_direction=direction)
    assert states(town) == []


def test_a_case_of_its_own_is_not_from_above(town: House):
    """No link, no limit."""
    live(town)
    assert states(town) == []
