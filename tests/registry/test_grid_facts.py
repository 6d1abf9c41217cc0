"""What is said of grids: each word with its day and source, the latest holds, none is lost (decision 58)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.grid_facts import GridFactHeld
from tests.registry.teams_town import LEADER, OFFICE, OTHER, TeamsTown

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 9)).map(date.isoformat)


@pytest.fixture(scope="module")
def town() -> TeamsTown:
    """The town."""
    return TeamsTown()


def held(town: TeamsTown, place: str) -> dict[str, tuple[object, str, str]]:
    """What holds of a grid: value, day, source."""
    found = town.ask("GET", f"/grids/{place}/facts", town.operator)["facts"]
    return {each["fact"]: (each["value"], each["since"], each["source"]) for each in found}


def test_the_word_of_the_latest_day_holds_and_the_others_stay(town: TeamsTown) -> None:
    """A later entry about an earlier day changes nothing that holds; of one day the last entered does."""
    town.state("east-1", "2026-03-01", "census", households=310, persons=1100)
    town.state("east-1", "2026-02-01", "an old list", households=290)
    town.state("east-1", "2026-03-01", "counted again", persons=1101)
    assert held(town, "east-1") == {
        "households": (310, "2026-03-01", "census"), "persons": (1101, "2026-03-01", "counted again"),
    }  # fmt: skip
    said = town.ask("GET", "/grids/east-1/statements", town.operator)["items"]
    assert [each["source"] for each in said] == ["counted again", "an old list", "census"]
    assert (said[0]["role"], said[0]["unit"], said[0]["person"]) == ("operator", OFFICE, "p-operator")


def test_statements_come_in_pages(town: TeamsTown) -> None:
    """Following `next` gives all of them, once each."""
    for number in range(3):
        town.state("east-2", source=f"count {number}", households=number)
    first = town.ask("GET", "/grids/east-2/statements", town.operator, limit=2)
    rest = town.ask("GET", "/grids/east-2/statements", town.operator, limit=2, cursor=first["next"])
    assert [each["source"] for each in (*first["items"], *rest["items"])] == ["count 2", "count 1", "count 0"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("facts", "since", "code"),
    [
        ({"households": "many"}, "2026-03-01", "bad-fact"),
        ({"score": 3}, "2026-03-01", "unknown-fact"),
        ({}, "2026-03-01", "no-facts"),
        ({"households": 3}, "2026-03-10", "fact-ahead"),
        ({"households": 3}, "2026-3-1", "invalid-input"),
    ],
)
def test_what_the_pack_does_not_know_is_refused(
    town: TeamsTown, facts: dict[str, object], since: str, code: str
) -> None:
    """Unknown facts, values of another kind, days to come."""
    body = {"facts": facts, "since": since, "source": "count"}
    assert town.refused("POST", "/grids/east-1/facts", town.operator, body)[1] == code


def test_only_who_has_a_part_in_the_grid_speaks_of_it_and_the_attempt_is_kept() -> None:
    """Posts of its team, the unit that may make grids, the operator; nobody of another grid or department."""
    town, body = TeamsTown(), {"facts": {"households": 301}, "since": "2026-03-01", "source": "count"}
    leader = town.token("grid_worker", LEADER, "p-leader")
    assert town.ask("POST", "/grids/east-1/facts", leader, body)["statement"]
    assert town.ask("POST", "/grids/east-2/facts", town.token("unit_staff", OFFICE, "p-o"), body)
    assert town.refused("POST", "/grids/east-2/facts", leader, body) == (403, "grid-not-yours")
    stranger = town.token("unit_staff", "t-other/office", "p-x")
    assert town.refused("POST", "/grids/east-1/facts", stranger, body) == (403, "grid-not-yours")
    engineer = town.token("engineer")
    assert town.refused("POST", "/grids/east-1/facts", engineer, body) == (403, "not-allowed")
    tried = town.ask("GET", "/publications/refused", town.operator, what="grid-facts")["items"]
    assert [(each["role"], each["code"]) for each in tried] == [
        ("engineer", "not-allowed"), ("unit_staff", "grid-not-yours"), ("grid_worker", "grid-not-yours"),
    ]  # fmt: skip
    assert town.refused("POST", "/grids/nowhere/facts", town.operator, body) == (404, "unknown-place")


def test_facts_of_one_town_are_no_other_towns(town: TeamsTown) -> None:
    """Whoever works elsewhere finds nothing, and learns not that there is anything."""
    elsewhere = town.house.token("operator", "t-oak", unit="t-oak/office")
    assert town.refused("GET", "/grids/east-1/facts", elsewhere) == (404, "not-found")


@given(st.lists(st.tuples(DAYS, st.integers(0, 5)), min_size=1, max_size=8))
def test_whatever_the_order_of_entry_a_word_of_the_latest_day_holds(said: list[tuple[str, int]]) -> None:
    """And of those of that day the one that was entered last."""
    words = [
        GridFactHeld("east-1", "households", value, since, "count", str(n))
        for n, (since, value) in enumerate(said)
    ]
    holds = words[0]
    for word in words[1:]:
        holds = word if holds.gives_way_to(word) else holds
    latest = max(word.since for word in words)
    assert holds == [word for word in words if word.since == latest][-1]


def test_a_department_has_a_part_where_a_post_names_it(town: TeamsTown) -> None:
    """A post that is filled once in the town has a part in every grid's team."""
    body = {"facts": {"chat": "work group 1"}, "since": "2026-03-01", "source": "leader"}
    assert town.ask("POST", "/grids/east-2/facts", town.token("unit_staff", OTHER, "p-b"), body)
