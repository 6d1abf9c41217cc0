"""Visits of those who are in the ledger, through the running house: entered there, owed, missed and told of by duties.

By their numbers among the systems that a town's rules ask for: visits by class of household (39), verification (40).
"""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from services.duties.store.tables import subjects
from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.test_duties import DAWN, OwingTown
from tests.occurrences.conftest import EAST, WEST
from tests.occurrences.packs import OFFICE, TOWN
from tests.occurrences.test_members import ALONE, CHECKS, FILES

LEDGER = f"/v1/towns/{TOWN}/ledger/entries"
LAST_DAY = "2026-04-30"
SOON = 60  # seconds in which a busy house has heard of something
TOLD = {"date": "2026-03-02", "source": "a visit"}


@pytest.fixture
def town() -> Iterator[OwingTown]:
    """A town whose visits are owed to those in its ledger, on the morning of the 2nd of March 2026."""
    made = OwingTown(FILES)
    yield made
    made.house.close()


def entered(town: OwingTown, who: str, group: str) -> str:
    """A household is entered into the ledger of the own grid; its reference."""
    body = {"type": "household", "place": who, "facts": {"group": group}, **TOLD}
    return str(town.ask("POST", LEDGER, who, "ledger", json=body)["id"])


def visited(town: OwingTown, who: str, household: str) -> None:
    """A visit is recorded."""
    town.keep(who, "visit", subject=household, facts={"found": "well"})


@pytest.mark.proves("P001-13.3", "P001-13.4", "P002B.14")
def test_39_each_household_of_a_class_is_visited_or_missed_by_name_of_nobody(town: OwingTown) -> None:
    """What a grid enters is owed by that grid; who was not visited is listed by reference, and the office told."""
    first, second = entered(town, "east", "alone"), entered(town, "east", "alone")
    entered(town, "east", "other")
    far = entered(town, "west", "alone")
    town.advance("2026-04-10 09:00")
    visited(town, "east", first)
    visited(town, "west", far)
    assert town.occurrence(ALONE, LAST_DAY, EAST)["lacks"]["subjects"] == [second]
    assert town.occurrence(ALONE, LAST_DAY, WEST)["state"] == "met"
    town.advance("2026-05-01 09:00")
    assert town.occurrence(ALONE, LAST_DAY, EAST)["state"] == "missing"
    told = town.told("office", ALONE)
    assert len(told) == 1, "of April in the east alone"
    assert not any(reference in text for _, text in told for reference in (first, second))


@pytest.mark.proves("P001-13.4")
def test_39_who_moves_out_is_missed_no_longer(town: OwingTown) -> None:
    """The ledger says that a household has ended, and the month is met without a visit to nobody."""
    first, second = entered(town, "east", "alone"), entered(town, "east", "alone")
    town.advance("2026-04-10 09:00")
    visited(town, "east", first)
    town.ask("POST", f"{LEDGER}/{second}/end", "east", "ledger", json={**TOLD, "date": "2026-04-10"})
    assert town.occurrence(ALONE, LAST_DAY, EAST)["state"] == "met"
    town.advance("2026-05-01 09:00")
    assert town.told("office", ALONE) == []


@pytest.mark.proves("P001-13.7", "P001-13.8")
def test_40_a_share_of_what_was_visited_is_verified(town: OwingTown) -> None:
    """Of each class half of those whom anybody visited; which ones is the verifier's to choose."""
    households = [entered(town, "east", "alone") for _ in range(3)] + [entered(town, "west", "other")]
    town.advance("2026-04-10 09:00")
    for household in households[:2]:
        visited(town, "east", household)
    visited(town, "west", households[3])
    lacks = town.occurrence(CHECKS, LAST_DAY, OFFICE)["lacks"]["subjects"]
    assert len(lacks) == 2, "one of two in the east, the one in the west"
    for household in (households[1], households[3]):
        town.keep("office", "check", subject=household, facts={"found": "so"})
    assert town.occurrence(CHECKS, LAST_DAY, OFFICE)["state"] == "met"


def test_duties_that_come_to_an_older_ledger_learn_who_is_there(tmp_path: Path) -> None:
    """A house whose duties are new hears the ledger from its beginning: nobody is entered a second time."""
    with embedded_house(tmp_path, DAWN) as house:
        key = _household(house)
        _wait_for(house, key)
    for file in tmp_path.glob("duties.db*"):
        file.unlink()
    with embedded_house(tmp_path) as house:
        _wait_for(house, key)


def _household(house: RunningHouse) -> str:
    """Enter a household; its reference."""
    house.registry.publish(TOWN, dict(FILES))
    token = house.registry.issue_token("grid_worker", EAST, "p-east", (TOWN,))
    body = {
        "type": "household",
        "place": "east",
        "facts": {"group": "alone"},
        "source": "-",
        "date": "2026-03-01",
    }
    until = monotonic() + SOON
    while (answer := house.ask("ledger", "POST", LEDGER, token, body)).status_code in (401, 404, 409):
        assert monotonic() < until, answer.text
        sleep(0.05)
    return str(answer.json()["id"])


def _wait_for(house: RunningHouse, key: str) -> None:
    """Wait until duties know of a household."""
    until = monotonic() + SOON
    while key not in _known(house):
        assert monotonic() < until
        sleep(0.05)


def _known(house: RunningHouse) -> set[str]:
    with house.services["duties"].store.read() as conn:
        return set(conn.scalars(sa.select(subjects.c.entry)))
