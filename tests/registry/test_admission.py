"""Who may make, change and end grids (P003.5): whom the pack in force names; others' attempts are refused and kept."""

import pytest

from tests.registry.teams_town import OFFICE, OTHER, PACK, TOWN, TeamsTown

MORE_GRIDS = PACK.replace(
    "  west: {", "  east-3: {name: {zh: 东村三格, en: East 3}, part_of: east, level: grid}\n  west: {"
)
ADMITS = ("made_by: {because: P, units: office}", "made_by: {because: P, units: bureau}")


@pytest.fixture
def town() -> TeamsTown:
    """The town."""
    return TeamsTown()


def tried(town: TeamsTown, what: str) -> list[tuple[str, str]]:
    """Refused attempts: the reason and the unit."""
    found = town.ask("GET", "/publications/refused", town.operator, what=what)["items"]
    return [(each["code"], each["unit"]) for each in found]


@pytest.mark.proves("P003.5")
def test_a_department_that_is_not_admitted_draws_no_grid(town: TeamsTown) -> None:
    """Neither as a pack with one more nor as a code; both attempts are on record with who tried."""
    bureau = town.token("operator", OTHER, "p-bureau")
    answer = town.publish(bureau, MORE_GRIDS)
    assert (answer.status_code, answer.json["code"]) == (403, "not-admitted")
    code = {"street": "琅琊街道", "community": "花园街", "serial": 1}
    assert town.refused("POST", "/grid-codes", bureau, code) == (403, "not-admitted")
    assert tried(town, "grids") == [("not-admitted", OTHER)]
    assert tried(town, "grid-code") == [("not-admitted", OTHER)]
    assert town.ask("GET", "/editions", town.operator)["items"][0]["number"] == 1


def test_whoever_is_admitted_makes_grids(town: TeamsTown) -> None:
    """The unit that the pack names; and the command line, which has the house anyway."""
    assert town.publish(town.operator, MORE_GRIDS).status_code == 201
    assert town.ask(
        "POST", "/grid-codes", town.operator, {"street": "琅琊", "community": "花园", "serial": 1}
    )
    assert tried(town, "grids") == []


def test_what_leaves_the_grids_alone_anybody_publishes_who_may_publish(town: TeamsTown) -> None:
    """Also who moves lines about in the file: where a place is written is no change of grids."""
    bureau = town.token("operator", OTHER, "p-bureau")
    other_name = "\n\n" + PACK.replace("en: ditch}", "en: ditches}")
    assert town.publish(bureau, other_name).status_code == 201


def test_nobody_admits_themselves(town: TeamsTown) -> None:
    """The pack in force says who may, not the one that is to come."""
    bureau = town.token("operator", OTHER, "p-bureau")
    both = MORE_GRIDS.replace(*ADMITS)
    assert town.publish(bureau, both).json["code"] == "not-admitted"
    # Of another town, a unit that is called the same is another unit.
    namesake = town.house.token("operator", TOWN, unit="t-oak/office", person="p-oak")
    assert town.publish(namesake, MORE_GRIDS).json["code"] == "not-admitted"
    assert town.publish(town.token("operator", None, "p-nobody"), MORE_GRIDS).json["code"] == "not-admitted"


def test_where_the_pack_names_nobody_publishing_is_enough() -> None:
    """As before there was such a rule."""
    town = TeamsTown()
    free = PACK.replace("  made_by: {because: P, units: office}\n", "")
    assert town.publish(town.token("operator", OFFICE, "p-o"), free).status_code == 201
    assert town.publish(town.token("operator", OTHER, "p-b"), MORE_GRIDS).status_code == 201
