"""Who reads what: by class and area, by the own grid, by the master ledger; nobody else, whatever the role."""

from typing import Any

import pytest

from services.ledger.domain.reach import reach_of
from shared.kernel.roles import Viewer
from shared.rules.case.areas import area_of
from shared.rules.pack.read import build_pack
from tests.ledger.house import PEOPLE, PURPOSE, TOWN, House, files, opening

PACK = build_pack(files(), TOWN)


def types_read(who: str) -> set[str]:
    """The types of entries that somebody reads."""
    assert PACK.ledger is not None
    role, unit, person, _ = PEOPLE[who]
    reach = reach_of(PACK, PACK.ledger, Viewer(TOWN, role, unit, person))
    return set() if reach.is_nothing else set(reach.types)


@pytest.mark.parametrize(
    ("who", "types"),
    [
        ("clerk", {"house", "household", "person", "dispute", "company"}),  # its village is its own
        ("grid", {"house", "household", "person", "dispute", "company"}),
        ("centre", {"house", "household", "person", "dispute", "company"}),  # the master ledger
        ("works", {"household", "person", "company"}),  # the class
        ("supervisor", set()),  # named, and sits nowhere
        ("operator", set()),  # the town's rules are its, not the town's people
        ("stranger", set()),
    ],
)
def test_a_class_is_read_by_those_whom_it_names(who: str, types: set[str]) -> None:
    """Readers and keeper of a class read it, holders of a grid all of theirs, keepers of the master ledger all."""
    assert types_read(who) == types


@pytest.mark.parametrize(
    ("unit", "places"),
    [
        (f"{TOWN}/town-centre", None),
        (f"{TOWN}.east/village-clerk", {place for place in PACK.places if place.startswith("east")}),
        (f"{TOWN}.east/east-1", {"east-1"}),  # 'village/grid' and 'grid/grid' are one
        (f"{TOWN}.east-1/grid", {"east-1"}),
        ("the-county/county-office", None),
        ("t-base/town-centre", set()),
        (f"{TOWN}x/town-centre", set()),
        (None, set()),
    ],
)
def test_a_unit_reads_where_it_sits(unit: str | None, places: set[str] | None) -> None:
    """The area of a unit is its own place and all within it, for a unit of the town the whole town."""
    found = area_of(PACK, unit).places
    assert (None if found is None else set(found)) == places


@pytest.fixture
def house() -> House:
    """The ledger with a household in each of two grids."""
    made = House()
    made.household("east-1")
    made.household("east-2")
    return made


def seen(house: House, who: str, **query: Any) -> set[str]:
    """The grids of the entries that somebody lists."""
    return {each["place"] for each in house.told(who, "GET", "/entries", **query)["entries"]}


@pytest.mark.proves("P001-11.32", "P001-06C.10")
def test_a_grid_is_open_to_whoever_holds_it(house: House) -> None:
    """Who works in a grid reads its ledger and no other grid's; lists, entries, files and paper agree."""
    assert (seen(house, "grid"), seen(house, "other-grid")) == ({"east-1"}, {"east-2"})
    other = house.told("other-grid", "GET", "/entries")["entries"][0]["id"]
    assert house.refused("grid", "GET", f"/entries/{other}") == "not-found"
    assert house.refused("grid", "GET", f"/entries/{other}/statements") == "not-found"
    dated = {"date": "2026-03-02", "source": "visit"}
    assert house.refused("grid", "POST", f"/entries/{other}/confirmations", dated) == "not-found"
    assert seen(house, "grid", place="east-2") == set()


@pytest.mark.proves("P001-06F.2")
def test_grid_and_line_are_two_views_of_one_ledger(house: House) -> None:
    """One grid one ledger, one work line one set: both lists hold the same entries."""
    of_grid = house.told("centre", "GET", "/entries", place="east-1")["entries"]
    of_line = house.told("centre", "GET", "/entries", **{"class": "people"})["entries"]
    both = {each["id"] for each in of_grid} & {each["id"] for each in of_line}
    assert {each["type"] for each in of_grid} == {"house", "household"}
    assert {each["place"] for each in of_line} == {"east-1", "east-2"}
    assert len(both) == 1


@pytest.mark.parametrize("who", ["citizen", "engineer"])
@pytest.mark.parametrize("path", ["/types", "/entries", "/openings", "/paper"])
def test_residents_and_engineers_get_nothing(house: House, who: str, path: str) -> None:
    """No resident reads the ledger through these doors, and nobody who runs the platform."""
    assert house.refused(who, "GET", path) == "not-allowed"


def test_another_towns_staff_find_no_such_town(house: House) -> None:
    """Who belongs to another town learns nothing, not even that there is a ledger."""
    assert house.refused("stranger", "GET", "/entries") == "not-found"


def test_a_sealed_fact_is_opened_one_at_a_time_and_on_record(house: House) -> None:
    """Opening tells what is sealed to those whom it names, and the operator who has read it."""
    household = house.told("clerk", "GET", "/entries", type="household")["entries"][0]["id"]
    key = house.enter("clerk", "person", about=household, facts={"name": "甲", "health": "frail"})["id"]
    shown = house.told("clerk", "GET", f"/entries/{key}")["facts"]
    assert (shown["name"]["value"], shown["name"]["sealed"]) == (None, True)
    assert house.refused("clerk", "POST", opening(key, "health"), {}) == "invalid-input"
    assert house.opened("clerk", key, "health") == [
        {"value": "frail", "since": "2026-03-02", "source": "visit"}
    ]
    assert house.opened("works", key, "name")[0]["value"] == "甲"
    assert house.refused("works", "POST", opening(key, "health"), PURPOSE) == "not-found"
    assert house.refused("nameless", "POST", opening(key, "health"), PURPOSE) == "person-missing"
    kept = house.told("operator", "GET", "/openings")["openings"]
    assert [(each["fact"], each["by_person"], each["purpose"]) for each in kept] == [
        ("name", "p-works", "a visit"),
        ("health", "p-clerk", "a visit"),
    ]
    assert house.refused("clerk", "GET", "/openings") == "not-allowed"


def test_a_text_is_looked_for_only_where_the_reader_reads(house: House) -> None:
    """What is sealed, or not for this reader, can't be found by guessing."""
    household = house.told("clerk", "GET", "/entries", type="household")["entries"][0]["id"]
    house.enter("clerk", "person", about=household, facts={"name": "甲", "health": "frail"})
    assert house.told("clerk", "GET", "/entries", text="甲")["entries"] == []
    assert house.told("clerk", "GET", "/entries", text="frail")["entries"] == []
    assert len(house.told("clerk", "GET", "/entries", text="12", type="house")["entries"]) == 2


def test_pages_show_each_entry_once(house: House) -> None:
    """Going on after a page shows the rest, whichever index leads."""
    for query in ({}, {"place": "east-1"}, {"type": "household"}, {"class": "people"}):
        whole = house.told("clerk", "GET", "/entries", **query)["entries"]
        paged, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = house.told("clerk", "GET", "/entries", limit=1, **query, **more)
            paged += page["entries"]
            if (cursor := page["next"]) is None:
                break
        assert [each["id"] for each in paged] == [each["id"] for each in whole]


def test_a_town_without_a_ledger_says_so() -> None:
    """Where the pack keeps no ledger there is none to ask."""
    rules = files()
    del rules["t-more/ledger.yaml"], rules["t-more/grids.yaml"]  # which asks for companies of the ledger
    rules["ladder/template.yaml"] = rules["ladder/template.yaml"].partition("\nledger:\n")[0] + "\n"
    assert House(rules=rules).refused("clerk", "GET", "/types") == "no-ledger"


def test_a_suspended_town_takes_nothing_new(house: House) -> None:
    """What is suspended is read and not written; resumed, it takes what comes."""
    new = {
        "type": "house",
        "place": "east-1",
        "facts": {"number": "9"},
        "date": "2026-03-02",
        "source": "visit",
    }
    named = {"key": TOWN, "name": {"zh": "镇", "en": "town"}}
    house.hear("jurisdiction.changed", f"town/{TOWN}/node", {**named, "suspended_at": "2026-03-02T01:00:00Z"})
    assert house.refused("clerk", "POST", "/entries", new) == "town-suspended"
    assert len(house.told("clerk", "GET", "/entries")["entries"]) == 4
    house.hear("jurisdiction.changed", f"town/{TOWN}/node", named)
    assert house.told("clerk", "POST", "/entries", new)["known"] is False
