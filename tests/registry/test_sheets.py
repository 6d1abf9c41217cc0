"""Sheets – signs, maps, contact cards: drawn from what holds now, the public ones for everybody (P000.10, P002B.20)."""

import json
from typing import Any

import pytest

from tests.registry.teams_town import LEADER, PACK, TOWN, WORKER, TeamsTown
from tests.registry.test_grids import square


@pytest.fixture
def town() -> TeamsTown:
    """The town; somebody leads grid East 1 and somebody works there, both posted."""
    made = TeamsTown()
    for person, unit, name in (("p-lea", LEADER, "李"), ("p-ann", WORKER, "安")):
        made.enter(person, unit)
        made.ask("PUT", f"/people/{person}/plate", made.operator, {"name": name, "phone": "0555-1"})
    return made


def names(sheet: dict[str, Any]) -> dict[str, list[str]]:
    """Whom a sheet names, by post."""
    return {each["post"]: [person["name"] for person in each["people"]] for each in sheet["posts"]}


@pytest.mark.proves("P000.10", "P002B.20", "P001-06C.12")
def test_everybody_reads_what_the_sign_shows_and_nothing_beyond(town: TeamsTown) -> None:
    """Name, posts, holders with telephone, tasks, facts; no reference of anybody, no other sheet, no source."""
    town.state("east-1", "2026-03-01", "a neighbour told", households=320)
    (sign,) = town.ask("GET", "/posted/east-1", None)["items"]
    assert (sign["sheet"], sign["here"]["name"]["zh"]) == ("sign", "东村一格")
    assert names(sign) == {"leader": ["李"], "instructor": [], "worker": ["安"], "specialist": []}
    assert [each["vacant"] for each in sign["posts"]] == [False, True, False, True]
    assert sign["posts"][0]["tasks"] == [{"zh": "走访", "en": "visits"}]
    assert [(each["fact"], each["value"]) for each in sign["facts"]] == [("households", 320)]
    whole = json.dumps(sign, ensure_ascii=False)
    assert not any(secret in whole for secret in ("p-lea", "p-ann", "neighbour"))
    assert town.ask("GET", "/posted", None)["items"] == [
        {"place": "east-1", "sheets": ["sign"]}, {"place": "east-2", "sheets": ["sign"]},
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["east", "nowhere"])
def test_what_is_not_public_is_not_there_for_everybody(town: TeamsTown, place: str) -> None:
    """A place without a public sheet, and none at all, answer alike; staff read the other sheets."""
    assert town.refused("GET", f"/posted/{place}", None) == (404, "unknown-place")
    assert town.refused("GET", f"/grids/{place}/sheets", None)[0] == 401


def test_a_change_of_worker_is_on_every_sheet_at_once(town: TeamsTown) -> None:
    """Whoever follows stands on sign and card with the next look; who has no plate is there without a name."""
    town.enter("p-ann", WORKER, held=False)
    town.enter("p-ben", WORKER)
    sheets = {each["sheet"]: each for each in town.ask("GET", "/grids/east-1/sheets", town.operator)["items"]}
    assert names(sheets["sign"])["worker"] == [""]
    town.ask("PUT", "/people/p-ben/plate", town.operator, {"name": "本"})
    sheets = {each["sheet"]: each for each in town.ask("GET", "/grids/east-1/sheets", town.operator)["items"]}
    assert (names(sheets["sign"])["worker"], names(sheets["card"])) == (["本"], {"worker": ["本"]})
    assert (sheets["card"]["qr"], sheets["sign"]["qr"]) == (True, False)
    assert sheets["card"]["posts"][0]["tasks"] == [], "what a sheet is not to show, it does not"


def test_a_map_shows_outlines_codes_and_what_lies_within() -> None:
    """Of the places of its level, each with the code that was given out."""
    town = TeamsTown()
    code = "code: {street: 琅琊街道, community: 花园街, serial: 1}, part_of: east, level: grid}"
    plan = "    map: {name: {zh: 平面图, en: plan}, because: P, kind: map, level: village, shows: [area, name, code]}\n"
    pack = PACK.replace("East 1}, part_of: east, level: grid}", f"East 1}}, {code}", 1).replace(
        "  terminals:", f"{plan}  terminals:", 1
    )
    area = {"type": "Feature", "properties": {"place": "east-1"}, "geometry": square(118.0, 32.0)}
    drawn = json.dumps({"type": "FeatureCollection", "features": [area]})
    town.house.registry.publisher.publish(TOWN, {f"{TOWN}/pack.yaml": pack, f"{TOWN}/grids.geojson": drawn})
    (sheet,) = town.ask("GET", "/grids/east/sheets", town.operator)["items"]
    assert sheet["kind"] == "map"
    inner = {each["place"]: (each["code"], each["geometry"] is not None) for each in sheet["within"]}
    assert inner == {"east-1": ("lyhyj01", True), "east-2": (None, False)}
    assert town.ask("GET", "/grids/west/sheets", town.operator)["items"][0]["within"] == []


def test_a_town_that_says_nothing_of_grids_posts_nothing() -> None:
    """No list, no sheet, no hint."""
    town = TeamsTown()
    town.house.registry.publisher.publish(TOWN, {f"{TOWN}/pack.yaml": PACK[: PACK.index("grids:")]})
    assert town.ask("GET", "/posted", None)["items"] == []
    assert town.ask("GET", "/grids/east-1/sheets", town.operator)["items"] == []
    assert town.ask("GET", "/grid-hints", town.operator)["items"] == []
    assert town.ask("GET", "/grids/east-1/team", town.operator)["posts"] == []
