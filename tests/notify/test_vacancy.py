"""Vacant units: who is told in their place, and that no chain of stand-ins runs for ever."""

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.vacancy import Holder, Seat, find_seat

SOMEBODY = (Holder("p-1", "unit_staff"),)
UNITS = st.sampled_from("abcdefg")


def test_a_held_unit_is_not_vacant() -> None:
    """Whoever holds the unit itself is told, whatever stands in for it."""
    seat = find_seat("a", lambda _: SOMEBODY, lambda _: "b", "z")
    assert seat == Seat("a", "a", SOMEBODY, ())
    assert not seat.is_vacant


def test_a_stand_in_is_told_for_a_vacant_unit() -> None:
    """The chain goes on until somebody sits there, and remembers whom it passed."""
    seat = find_seat("a", lambda unit: SOMEBODY if unit == "c" else (), {"a": "b", "b": "c"}.get)
    assert (seat.unit, seat.passed) == ("c", ("a", "b"))


def test_a_loop_of_stand_ins_ends_at_the_last_resort() -> None:
    """Two vacant units that stand in for each other do not hang the platform."""
    seat = find_seat("a", lambda unit: SOMEBODY if unit == "z" else (), {"a": "b", "b": "a"}.get, "z")
    assert (seat.unit, seat.passed) == ("z", ("a", "b"))


def test_nobody_anywhere_is_an_answer() -> None:
    """Where nobody holds anything, the seat says so and names every unit that was asked."""
    seat = find_seat("a", lambda _: (), {"a": "b"}.get, "z")
    assert (seat.unit, seat.holders, seat.passed) == (None, (), ("a", "b", "z"))


@given(st.dictionaries(UNITS, UNITS), st.sets(UNITS), UNITS, st.none() | UNITS)
def test_every_unit_is_asked_at_most_once_and_the_first_holder_is_found(
    chain: dict[str, str], held: set[str], wanted: str, last: str | None
) -> None:
    """For any chain, looping or not: the answer is the first held unit on the way, and each unit is asked
    once.
    """
    asked: list[str] = []

    def holders(unit: str) -> tuple[Holder, ...]:
        asked.append(unit)
        return SOMEBODY if unit in held else ()

    seat = find_seat(wanted, holders, chain.get, last)
    way, unit = [], wanted
    while unit is not None and unit not in way:  # the slow way: walk and look
        way.append(unit)
        unit = chain.get(unit)
    if last is not None and last not in way:
        way.append(last)
    found = next((unit for unit in way if unit in held), None)
    assert seat.unit == found
    assert list(seat.passed) == (way if found is None else way[: way.index(found)])
    assert len(asked) == len(set(asked))
