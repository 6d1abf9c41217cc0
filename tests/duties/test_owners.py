"""Who owes a duty: posts by level and place."""

from dataclasses import replace
from datetime import date

from shared.rules.duties import owners
from shared.rules.pack.model import Period, Recurrence
from tests.decide.towns import real
from tests.duties.worlds import TOWN, a_duty, a_town

DAILY = Recurrence(Period.DAY)


def test_a_unit_owes_in_each_place_of_its_level() -> None:
    """Grid leaders owe in both grids, the committee in its community, whoever has no place once in the town."""
    assert owners(TOWN, a_duty(DAILY)) == ("t-com.rose-1/grid-leader", "t-com.rose-2/grid-leader")
    who = ("community-committee", "sub-district-office", "gas-company", "higher-department")
    assert owners(TOWN, a_duty(DAILY, who=who)) == (
        "t-com.rose-community/community-committee",
        "t-com/sub-district-office",
        "t-com/gas-company",
        "the-district/higher-department",
    )


def test_places_without_a_level_are_grids_of_the_lowest() -> None:
    """Where no place names the lowest level, each that names none is one of its grids."""
    town = real("t-vtc")
    low = next(iter(town.levels))
    bare = replace(town, places={key: replace(place, level=None) for key, place in town.places.items()})
    duty = a_duty(DAILY, who=("village-station-head",))
    assert owners(town, duty) == (
        "t-vtc.east-village/village-station-head",
        "t-vtc.west-village/village-station-head",
    )
    assert low == "village"
    assert owners(bare, duty) == tuple(f"t-vtc.{place}/village-station-head" for place in town.places)


def test_a_place_that_has_ended_owes_nothing() -> None:
    """From its last day on a grid has no post that could owe anything; asked for no day, all are named."""
    ended = replace(TOWN.places["rose-2"], ends_on=date(2026, 3, 1))
    town = replace(a_town(), places={**TOWN.places, "rose-2": ended})
    duty = a_duty(DAILY)
    assert owners(town, duty, date(2026, 2, 28)) == owners(town, duty) == owners(TOWN, duty)
    assert owners(town, duty, date(2026, 3, 1)) == ("t-com.rose-1/grid-leader",)


def test_two_slots_for_one_unit_owe_once() -> None:
    """A template may name one unit twice; its post owes the duty once."""
    assert owners(TOWN, a_duty(DAILY, who=("grid-leader", "$leader"))) == owners(TOWN, a_duty(DAILY))
