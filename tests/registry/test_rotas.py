"""Rotas of a service station: who takes which turn, and who is on duty now."""

from typing import Any

import pytest

from tests.registry.teams_town import TOWN, TeamsTown

STATION = f"{TOWN}.east/station"
MORNING, NOON, EVENING = "2026-03-09T00:00:00Z", "2026-03-09T05:00:00Z", "2026-03-09T10:00:00Z"


@pytest.fixture
def town() -> TeamsTown:
    """The town, at noon of the 9th of March; two hold the station of East."""
    made = TeamsTown()
    for person in ("p-ann", "p-ben"):
        made.enter(person, STATION, "unit_staff")
    return made


def turn(person: str, start: str, end: str, place: str | None = "east") -> dict[str, Any]:
    """A turn to be entered."""
    return {"person": person, "from": start, "until": end, "place": place}


def enter(town: TeamsTown, *said: Any) -> Any:
    """Enter a turn as the operator."""
    return town.ask("POST", "/rotas/station/turns", town.operator, turn(*said))


def on_duty(town: TeamsTown) -> list[tuple[str, str]]:
    """Who is on duty, and where."""
    found = town.ask("GET", "/on-duty", town.operator)["items"]
    return [(each["unit"], each["person"]) for each in found]


def test_who_has_a_turn_now_and_still_holds_the_unit_is_on_duty(town: TeamsTown) -> None:
    """Neither who comes later, nor whose turn was taken back, nor who has left meanwhile."""
    enter(town, "p-ann", MORNING, NOON)
    enter(town, "p-ben", NOON, EVENING)
    assert on_duty(town) == [(STATION, "p-ann")]
    town.house.pass_time(hours=1)
    assert on_duty(town) == [(STATION, "p-ben")], "a turn ends before the instant that it names"
    town.enter("p-ben", STATION, "unit_staff", held=False)
    assert on_duty(town) == []


def test_a_turn_is_taken_back_once(town: TeamsTown) -> None:
    """Nobody is on duty by it any more, and it is listed no longer."""
    made = enter(town, "p-ann", MORNING, NOON)
    assert town.ask("DELETE", f"/turns/{made['turn']}", town.operator)["stands"] is False
    assert town.ask("DELETE", f"/turns/{made['turn']}", town.operator)["stands"] is False
    assert on_duty(town) == []
    assert town.ask("GET", "/turns", town.operator)["items"] == []
    assert town.refused("DELETE", "/turns/none", town.operator) == (404, "unknown-turn")


def test_turns_that_are_not_over_come_in_pages_soonest_first(town: TeamsTown) -> None:
    """Of the town or of one unit."""
    town.enter("p-cat", f"{TOWN}.west/station", "unit_staff")
    enter(town, "p-ben", NOON, EVENING)
    enter(town, "p-ann", MORNING, NOON)
    enter(town, "p-cat", MORNING, NOON, "west")
    first = town.ask("GET", "/turns", town.operator, limit=2)
    rest = town.ask("GET", "/turns", town.operator, limit=2, cursor=first["next"])
    assert [each["person"] for each in (*first["items"], *rest["items"])] == ["p-ann", "p-cat", "p-ben"]
    assert rest["next"] is None
    of_west = town.ask("GET", "/turns", town.operator, unit=f"{TOWN}.west/station")["items"]
    assert [each["person"] for each in of_west] == ["p-cat"]
    town.house.pass_time(hours=2)
    assert [each["person"] for each in town.ask("GET", "/turns", town.operator)["items"]] == ["p-ben"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (turn("p-ann", NOON, MORNING), "turn-ends-first"),
        (turn("p-ann", "2026-03-08T00:00:00Z", MORNING), "turn-past"),
        (turn("p-ann", MORNING, "2026-05-09T00:00:00Z"), "turn-too-long"),
        (turn("p-dan", MORNING, NOON), "turn-elsewhere"),
        (turn("p-ann", MORNING, NOON, "west"), "turn-elsewhere"),
        (turn("p-ann", MORNING, NOON, "nowhere"), "unknown-place"),
    ],
)
def test_unsound_turns_are_refused(town: TeamsTown, body: dict[str, Any], code: str) -> None:
    """What ends first, is over, is too long, or is somebody's who does not hold the unit there."""
    assert town.refused("POST", "/rotas/station/turns", town.operator, body)[1] == code


def test_the_unit_itself_keeps_its_rota_and_nobody_else_of_the_staff(town: TeamsTown) -> None:
    """Beside who watches the town."""
    ann, stranger = (
        town.token("unit_staff", STATION, "p-ann"),
        town.token("unit_staff", f"{TOWN}/bureau", "p-x"),
    )
    made = town.ask("POST", "/rotas/station/turns", ann, turn("p-ben", MORNING, NOON))
    assert (
        town.refused("POST", "/rotas/station/turns", stranger, turn("p-ben", MORNING, NOON))[1]
        == "rota-not-yours"
    )
    assert town.refused("DELETE", f"/turns/{made['turn']}", stranger)[1] == "rota-not-yours"
    assert (
        town.refused("POST", "/rotas/none/turns", town.operator, turn("p-ben", MORNING, NOON))[1]
        == "unknown-rota"
    )
