"""Teams of grids: who holds which post, what does not hold 'in principle', who is to have a terminal."""

from typing import Any

import pytest

from tests.registry.teams_town import LEADER, OFFICE, OTHER, TOWN, WORKER, TeamsTown

INSTRUCTOR = f"{TOWN}.east-1/instructor"


@pytest.fixture
def town() -> TeamsTown:
    """The town, at noon of the 9th of March."""
    return TeamsTown()


def hints(town: TeamsTown, **query: str) -> list[tuple[str, str, list[str]]]:
    """Hints: kind, what about, and where."""
    found = town.ask("GET", "/grid-hints", town.operator, **query)["items"]
    return [(each["kind"], each["about"], each["places"]) for each in found]


def posts(town: TeamsTown, place: str) -> dict[tuple[str, str | None], Any]:
    """A team's posts by key and place."""
    team = town.ask("GET", f"/grids/{place}/team", town.operator)
    return {(each["post"], each["place"] or each["unit"]): each for each in team["posts"]}


@pytest.mark.proves("P003.8", "P001-11.3", "P001-11.4")
def test_a_team_has_its_posts_with_holders_and_says_what_is_vacant(town: TeamsTown) -> None:
    """1+1+X: leader, instructor, workers; those of the town after the grid's own; tasks and who leads beside them."""
    town.enter("p-lea", LEADER)
    for person in ("p-ann", "p-ben"):
        town.enter(person, WORKER)
    found = posts(town, "east-1")
    assert list(found)[:3] == [("leader", "east-1"), ("instructor", "east-1"), ("worker", "east-1")]
    assert [each["person"] for each in found["worker", "east-1"]["people"]] == ["p-ann", "p-ben"]
    assert (found["leader", "east-1"]["short"], found["instructor", "east-1"]["short"]) == (False, True)
    assert found["leader", "east-1"]["tasks"] == [{"zh": "走访", "en": "visits"}]
    assert found["worker", "east-1"]["led_by"] == "leader"
    assert {key for key in found if key[0] == "specialist"} == {
        ("specialist", "office"),
        ("specialist", "bureau"),
    }
    assert town.refused("GET", "/grids/nowhere/team", town.operator) == (404, "unknown-place")


def test_who_is_away_is_shown_with_whoever_stands_in(town: TeamsTown) -> None:
    """As long as the absence runs."""
    for person in ("p-ann", "p-ben"):
        town.enter(person, WORKER)
    away = {
        "person": "p-ann",
        "from": "2026-03-09T00:00:00Z",
        "until": "2026-03-10T00:00:00Z",
        "substitute": "p-ben",
    }
    town.ask("POST", "/absences", town.operator, away)
    ann, ben = posts(town, "east-1")["worker", "east-1"]["people"]
    assert (ann["substitute"], ann["away_until"][:10], ben["away_until"]) == ("p-ben", "2026-03-10", None)
    town.house.pass_time(days=1)
    assert posts(town, "east-1")["worker", "east-1"]["people"][0]["away_until"] is None


def test_the_team_shows_who_is_on_duty_around_it_and_what_is_known(town: TeamsTown) -> None:
    """At the village's station, not at another's; facts with day and source, and which there could be."""
    for village in ("east", "west"):
        town.enter(f"p-{village}", f"{TOWN}.{village}/station", "unit_staff")
        turn = {"person": f"p-{village}", "from": "2026-03-09T00:00:00Z", "until": "2026-03-10T00:00:00Z"}
        town.ask("POST", "/rotas/station/turns", town.operator, {**turn, "place": village})
    town.state("east-1", households=320)
    team = town.ask("GET", "/grids/east-1/team", town.operator)
    assert [each["person"] for each in team["on_duty"]] == ["p-east"]
    assert team["facts"] == [{"fact": "households", "value": 320, "since": "2026-03-01", "source": "count"}]
    assert [each["fact"] for each in team["known_facts"]] == ["households", "persons", "chat"]


@pytest.mark.proves("P002B.1", "P003.4")
def test_sizes_and_coverage_are_hints_and_refuse_nothing(town: TeamsTown) -> None:
    """Outside all ranges, not said, in no grid; one range that holds is enough, its ends included (S-076)."""
    assert hints(town, kind="unsaid") == [("unsaid", "size", ["east-1"]), ("unsaid", "size", ["east-2"])]
    town.state("east-1", households=200)
    town.state("east-2", households=501, persons=1500)
    assert hints(town, kind="outside") == [("outside", "size", ["east-1"])]
    found = town.ask("GET", "/grid-hints", town.operator, kind="outside")["items"][0]
    assert (found["facts"], found["name"]["en"]) == ({"households": 200}, "size")
    assert hints(town, kind="uncovered") == [("uncovered", "covered", ["west"])]


@pytest.mark.proves("P000.11")
def test_posts_that_are_vacant_or_held_by_too_many_are_listed(town: TeamsTown) -> None:
    """And one person in two grids of a post that is one person's in one."""
    for person in ("p-lea", "p-leo"):
        town.enter(person, LEADER)
    town.enter("p-ann", WORKER)
    town.enter("p-ann", f"{TOWN}.east-2/worker")
    town.enter("p-off", OFFICE, "unit_staff")
    found = hints(town)
    assert ("over", "leader", ["east-1"]) in found
    assert ("vacant", "leader", ["east-2"]) in found
    assert ("several", "worker", ["east-1", "east-2"]) in found
    departments = town.ask("GET", "/grid-hints", town.operator, kind="vacant")["items"]
    assert [each["unit"] for each in departments if each["about"] == "specialist"] == ["bureau"]
    assert ("no-contacts", "", []) in found


def test_hints_are_narrowed_and_come_in_pages(town: TeamsTown) -> None:
    """By kind, level, place and what lies in it; pages together are the whole list."""
    everything = hints(town)
    assert hints(town, place="east") == [each for each in everything if set(each[2]) & {"east-1", "east-2"}]
    assert hints(town, level="village") == [("uncovered", "covered", ["west"])]
    found: list[tuple[str, str, list[str]]] = []
    cursor: dict[str, str] = {}
    while True:
        page = town.ask("GET", "/grid-hints", town.operator, limit=2, **cursor)
        found += [(each["kind"], each["about"], each["places"]) for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == everything
    wrong = town.house.ask("GET", f"/v1/towns/{TOWN}/grid-hints", town.operator, kind="lazy")
    assert wrong.json["code"] == "invalid-input"


@pytest.mark.proves("P003.18")
def test_holders_of_the_posts_named_are_to_have_terminals(town: TeamsTown) -> None:
    """Leaders and workers; not who holds another post."""
    town.enter("p-lea", LEADER)
    town.enter("p-ann", WORKER)
    town.enter("p-ins", INSTRUCTOR)
    found = town.ask("GET", "/terminals", town.operator)["items"]
    assert [(each["person"], each["entitlement"], each["because"]) for each in found] == [
        ("p-ann", "leaders", ["P"]), ("p-lea", "leaders", ["P"]),
    ]  # fmt: skip
    first = town.ask("GET", "/terminals", town.operator, limit=1)
    rest = town.ask("GET", "/terminals", town.operator, limit=1, cursor=first["next"])
    assert [each["person"] for each in (*first["items"], *rest["items"])] == ["p-ann", "p-lea"]


def test_people_of_one_town_are_no_other_towns(town: TeamsTown) -> None:
    """A neighbour finds neither team nor hints; a worker of the town does."""
    elsewhere = town.house.token("operator", "t-oak", unit="t-oak/office")
    for path in (
        "/grids/east-1/team",
        "/grid-hints",
        "/terminals",
        "/on-duty",
        "/turns",
        "/contacts",
        "/hand-overs",
    ):
        assert town.refused("GET", path, elsewhere) == (404, "not-found")
    assert town.ask("GET", "/grids/east-1/team", town.token("grid_worker", WORKER, "p-ann"))
    assert town.refused("GET", "/terminals", town.token("grid_worker", WORKER, "p-ann"))[1] == "not-allowed"
    assert town.ask("GET", "/terminals", town.token("unit_staff", OTHER, "p-b")) is not None
