"""What is kept of grids and teams, on PostgreSQL as on SQLite: under the service's own role, by request and by duty."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.kernel.instants import format_instant
from tests.registry.teams_town import OFFICE, PACK, TOWN, WORKER, TeamsTown

pytestmark = pytest.mark.servers
STATION = f"{TOWN}.east/station"


@pytest.fixture
def town(services_own: Callable[[str], str]) -> Iterator[TeamsTown]:
    """The town on an empty database."""
    made = TeamsTown(services_own("registry"))
    yield made
    made.house.store.close()


def test_what_is_said_of_grids_is_kept_and_never_changed(town: TeamsTown) -> None:
    """By requests, whose role may append and nothing else."""
    town.state("east-1", "2026-03-01", households=310)
    town.state("east-1", "2026-02-01", households=290)
    found = town.ask("GET", "/grids/east-1/facts", town.operator)["facts"]
    assert [(each["fact"], each["value"]) for each in found] == [("households", 310)]
    assert len(town.ask("GET", "/grids/east-1/statements", town.operator, limit=1)["items"]) == 1
    assert town.ask("GET", "/grid-hints", town.operator, kind="unsaid")["items"][0]["places"] == ["east-2"]


def test_turns_go_in_pages_by_instants(town: TeamsTown) -> None:
    """An instant and an id together say where a list goes on."""
    town.enter("p-ann", STATION, "unit_staff")
    with town.house.store.read() as conn:
        now = town.house.store.now(conn)
    for hours in (1, 2, 3):
        start, end = (format_instant(now + timedelta(hours=each)) for each in (hours - 2, hours))
        turn = {"person": "p-ann", "from": start, "until": end, "place": "east"}
        town.ask("POST", "/rotas/station/turns", town.operator, turn)
    first = town.ask("GET", "/turns", town.operator, limit=2)
    rest = town.ask("GET", "/turns", town.operator, limit=2, cursor=first["next"])
    listed = [*first["items"], *rest["items"]]
    assert [each["until"] for each in listed] == [
        format_instant(now + timedelta(hours=each)) for each in (1, 2, 3)
    ]
    assert [each["turn"] for each in town.ask("GET", "/on-duty", town.operator)["items"]] == [
        each["turn"] for each in listed[:2]
    ]
    town.ask("DELETE", f"/turns/{listed[0]['turn']}", town.operator)
    assert len(town.ask("GET", "/on-duty", town.operator)["items"]) == 1


def test_contacts_go_over_and_plates_go_away(town: TeamsTown) -> None:
    """A hand-over moves them in one transaction; whoever is forgotten is on no sign."""
    for person in ("p-ann", "p-ben"):
        town.enter(person, WORKER)
    for entry in ("house-1", "house-2"):
        town.ask("PUT", "/contacts", town.operator, {"entry": entry, "person": "p-ann"})
    opened = town.ask("POST", "/hand-overs", town.operator, {"unit": WORKER, "from": "p-ann", "to": "p-ben"})
    taken = town.ask("POST", f"/hand-overs/{opened['id']}/seen", town.token("grid_worker", WORKER, "p-ben"))
    assert taken["contacts"] == 2
    held = town.ask("GET", "/contacts", town.operator)["items"]
    assert [(each["person"], each["entry"]) for each in held] == [("p-ben", "house-1"), ("p-ben", "house-2")]
    town.ask("PUT", "/people/p-ben/plate", town.operator, {"name": "本"})
    posted = town.ask("GET", "/posted/east-1", None)["items"][0]["posts"]
    assert next(each for each in posted if each["post"] == "worker")["people"][1]["name"] == "本"
    town.ask("DELETE", "/people/p-ben", town.operator)
    posted = town.ask("GET", "/posted/east-1", None)["items"][0]["posts"]
    assert [each["name"] for each in next(each for each in posted if each["post"] == "worker")["people"]] == [
        ""
    ]
    assert town.ask("GET", "/hand-overs", town.token("supervisor", OFFICE, "p-w"))["items"]


def test_two_towns_of_one_store_know_nothing_of_each_other(town: TeamsTown) -> None:
    """A request reaches its own town's rows alone, though both keep grids of one name."""
    other = "t-oak"
    pack = PACK.replace(TOWN, other)
    town.house.registry.publisher.publish(other, {f"{other}/pack.yaml": pack})
    town.state("east-1", households=310)
    theirs = town.house.token("operator", other, unit=f"{other}/office", person="p-oak")
    found = town.house.ask("GET", f"/v1/towns/{other}/grids/east-1/facts", theirs).get_json()
    assert found["facts"] == []
    assert town.house.ask("GET", f"/v1/towns/{other}/posted/east-1").get_json()["items"][0]["facts"] == []
