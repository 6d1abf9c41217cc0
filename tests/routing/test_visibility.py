"""Routing's reasons are shown to whoever may see the case, as it now stands, and to nobody else."""

import pytest

from shared.contracts.messages import OrderPart, OrderState
from tests.routing.conftest import House, Open
from tests.routing.packs import BUREAU, OFFICE, STATION, TOWN

PATH = f"/v1/towns/{TOWN}/cases/c-1/decisions"
WHO = {
    "station": ("unit_staff", STATION, "p-1"),
    "bureau": ("unit_staff", BUREAU, "p-2"),
    "office": ("unit_staff", OFFICE, "p-3"),
    "nowhere": ("unit_staff", None, None),
    "author": ("unit_staff", OFFICE, "ref-1"),
    "supervisor": ("supervisor", OFFICE, "p-4"),
    "operator": ("operator", None, "p-5"),
    "engineer": ("engineer", None, "p-6"),
}
ALL = set(WHO)


@pytest.fixture
def watched(house: House) -> House:
    """Routing, and somebody of each kind."""
    for name, (role, unit, person) in WHO.items():
        house.know_token(name, role, TOWN, unit=unit, person=person)
    return house


def seers(house: House) -> set[str]:
    """Who is shown the reasons now; everybody else is told that there is no such case."""
    statuses = {who: house.ask(PATH, who).status_code for who in WHO}
    assert set(statuses.values()) <= {200, 404}
    return {who for who, status in statuses.items() if status == 200}


def test_what_is_everybodys_is_shown_to_all_staff(watched: House) -> None:
    """A case that is neither private nor hidden."""
    watched.take(watched.sender.admitted())
    assert seers(watched) == ALL


def test_a_hidden_case_is_shown_to_those_named(watched: House) -> None:
    """While rules hide it: by unit, by role, by the grid that found it; and once it is vetted, to all."""
    seen = watched.sender
    watched.take(seen.admitted(seen_by=f"|{BUREAU}|"))
    assert seers(watched) == {"bureau", "operator"}
    watched.take(seen.step(asks=False, seen_by="|supervisor|"))
    assert seers(watched) == {"supervisor", "operator"}
    found = {"finder_role": "grid_worker", "finder_unit": STATION}
    watched.take(seen.step(asks=False, seen_by="|nobody|", **found))
    assert seers(watched) == {"station", "operator"}
    watched.take(seen.step(asks=False))
    assert seers(watched) == ALL


def test_a_private_case_is_shown_to_who_holds_or_finished_a_share(watched: House) -> None:
    """A share that was declined or withdrawn shows nothing any more; one that was finished does."""
    seen, public = watched.sender, {"supervisor", "operator"}
    watched.take(seen.admitted(private=True))
    assert seers(watched) == public
    watched.take(seen.order("o-1", BUREAU, OrderState.ISSUED, OrderPart.ASSIST))
    assert seers(watched) == {"bureau", *public}
    watched.take(seen.order("o-1", BUREAU, OrderState.DECLINED, OrderPart.ASSIST))
    assert seers(watched) == public
    watched.take(
        seen.order("o-2", STATION, OrderState.ISSUED), seen.order("o-2", STATION, OrderState.ACCEPTED)
    )
    watched.take(seen.order("o-2", STATION, OrderState.DONE))
    assert seers(watched) == {"station", *public}
    watched.take(
        seen.order("o-3", STATION, OrderState.ISSUED), seen.order("o-3", STATION, OrderState.WITHDRAWN)
    )
    assert seers(watched) == {"station", *public}


def test_a_private_case_is_shown_to_its_reporter_and_to_whom_a_step_asked(watched: House) -> None:
    """Whoever reported it, though of the staff, and a unit that is to approve; a role is too many for privacy."""
    seen, public = watched.sender, {"supervisor", "operator"}
    watched.take(seen.admitted(private=True, reporter="ref-1"))
    assert seers(watched) == {"author", *public}
    watched.take(seen.step(asks=False, private=True, reporter="ref-1", asked=f"|{STATION}|unit_staff|"))
    assert seers(watched) == {"author", "station", *public}


def test_of_a_case_of_before_nothing_is_known(open_house: Open) -> None:
    """Rows of an older store say not who may see a case: operators alone, until its next step."""
    house = open_house()
    for name, (role, unit, person) in WHO.items():
        house.know_token(name, role, TOWN, unit=unit, person=person)
    house.take(house.sender.admitted())
    house.forget_sight()
    assert seers(house) == {"operator"}
    house.take(house.sender.step(asks=False))
    assert seers(house) == ALL
