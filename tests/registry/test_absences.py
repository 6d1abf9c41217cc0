"""Who is away, and who stands in: said to the others, never in a circle, never from another unit."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.absences import Absence, check_absence
from services.registry.domain.members import Membership
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from tests.notify.samples import NOON
from tests.registry.house import TOWN, House

CENTRE, ELSEWHERE = f"{TOWN}/town-grid-centre", f"{TOWN}/environment-office"
PATH = f"/v1/towns/{TOWN}/absences"


def staffed(*people: str, unit: str = CENTRE, house: House | None = None) -> House:
    """A house in which people hold a unit."""
    house = house or House()
    for person in people:
        house.registry.members.set(TOWN, Membership(person, unit, "unit_staff"))
    return house


def days(first: float, last: float) -> dict[str, str]:
    """From so many days after noon until so many."""
    return {
        "from": format_instant(NOON + timedelta(days=first)),
        "until": format_instant(NOON + timedelta(days=last)),
    }


def enter(house: House, person: str, substitute: str | None, first: float, last: float) -> Any:
    """Enter an absence as the operator."""
    body = {"person": person, "substitute": substitute, **days(first, last)}
    return house.ask("POST", PATH, house.operator, body)


def test_an_absence_is_entered_said_listed_and_taken_back() -> None:
    """Every service hears of it by reference, and again when it is taken back; the list shows what stands."""
    house = staffed("p-a", "p-b")
    made = enter(house, "p-a", "p-b", 0, 5)
    assert made.status_code == 201
    absence = made.get_json()["absence"]
    (said,) = house.said("absence.")
    assert (said.stream, said.data["person"], said.data["substitute"], said.data["stands"]) == (
        f"town/{TOWN}",
        "p-a",
        "p-b",
        True,
    )
    assert [one["absence"] for one in house.ask("GET", PATH, house.operator).get_json()["items"]] == [absence]
    gone = house.ask("DELETE", f"{PATH}/{absence}", house.operator)
    assert gone.get_json()["stands"] is False
    assert house.ask("DELETE", f"{PATH}/{absence}", house.operator).status_code == 200
    assert [message.data["stands"] for message in house.said("absence.")] == [True, False]
    assert house.ask("GET", PATH, house.operator).get_json()["items"] == []
    (kept,) = house.ask("GET", PATH, house.operator, which="all", person="p-a").get_json()["items"]
    assert kept["stands"] is False


@pytest.mark.parametrize(
    ("person", "substitute", "first", "last", "code"),
    [
        ("p-a", None, 5, 5, "absence-ends-first"),
        ("p-a", None, -5, -1, "absence-past"),
        ("p-nobody", None, 0, 1, "unknown-person"),
        ("p-a", "p-a", 0, 1, "own-substitute"),
        ("p-a", "p-else", 0, 1, "substitute-elsewhere"),
        ("p-a", "p-nobody", 0, 1, "substitute-elsewhere"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    person: str, substitute: str | None, first: float, last: float, code: str
) -> None:
    """Ends before it begins, over already, nobody there, oneself, or somebody of no common unit."""
    house = staffed("p-else", unit=ELSEWHERE, house=staffed("p-a", "p-b"))
    answer = enter(house, person, substitute, first, last)
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["code"] == code
    assert answer.get_json()["remedy"]
    assert not house.said("absence.")


def test_nobody_is_away_twice_at_the_same_time() -> None:
    """A second absence that overlaps is refused; one that follows at once is not."""
    house = staffed("p-a", "p-b")
    assert enter(house, "p-a", "p-b", 0, 5).status_code == 201
    assert enter(house, "p-a", None, 4, 6).get_json()["code"] == "absent-already"
    assert enter(house, "p-a", None, 5, 6).status_code == 201


def test_substitutes_stand_in_no_circle() -> None:
    """A for B for C for A at one instant is refused with the chain; at different times it is not."""
    house = staffed("p-a", "p-b", "p-c")
    assert enter(house, "p-a", "p-b", 0, 5).status_code == 201
    assert enter(house, "p-b", "p-c", 3, 8).status_code == 201
    refused = enter(house, "p-c", "p-a", 4, 6)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "substitute-circle")
    assert "p-c → p-a → p-b → p-c" in refused.get_json()["cause"]
    assert enter(house, "p-c", "p-a", 5, 8).status_code == 201


def test_who_leaves_is_not_away_any_more_and_stands_in_for_nobody() -> None:
    """The end of the last place ends the absence; a stand-in who leaves is taken off it, and both are said."""
    house = staffed("p-a", "p-b", "p-c")
    enter(house, "p-a", "p-b", 0, 5)
    enter(house, "p-c", None, 0, 5)
    house.registry.members.set(TOWN, Membership("p-b", CENTRE, "unit_staff", held=False))
    last = house.said("absence.")[-1].data
    assert (last["person"], last["substitute"], last["stands"]) == ("p-a", None, True)
    house.registry.members.forget(TOWN, "p-c")
    last = house.said("absence.")[-1].data
    assert (last["person"], last["stands"]) == ("p-c", False)
    before = len(house.said("absence."))
    staffed("p-d", house=house)
    house.registry.members.set(TOWN, Membership("p-d", CENTRE, "unit_staff", held=False))
    assert len(house.said("absence.")) == before


PEOPLE = "abcd"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from([*PEOPLE, None]),
            st.integers(0, 8),
            st.integers(1, 8),
        ),
        max_size=12,
    )
)
def test_at_every_instant_somebody_is_found_or_nobody(
    wanted: list[tuple[str, str | None, int, int]],
) -> None:
    """Whatever was accepted: following stand-ins day by day never comes back to where it began."""
    places = [Membership(person, "t/u", "unit_staff") for person in PEOPLE]
    known: list[Absence] = []
    for number, (person, substitute, first, length) in enumerate(wanted):
        new = Absence(str(number), person, substitute, _day(first), _day(first + length))
        try:
            check_absence(new, _day(0), places, known)
        except Problem:
            continue
        known.append(new)
    for day in range(17):
        for person in PEOPLE:
            _follow(person, day, known)


def _day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def _follow(person: str, day: int, known: list[Absence]) -> None:
    seen, current = {person}, person
    while True:
        away = [one for one in known if one.person == current and one.from_at <= _day(day) < one.until_at]
        assert len(away) <= 1
        if not away or away[0].substitute is None:
            return
        current = away[0].substitute
        assert current not in seen
        seen.add(current)
