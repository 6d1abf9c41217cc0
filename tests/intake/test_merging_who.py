"""Who merges two cases, what that does to their clocks, and that it is shown before (decision 28)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from shared.kernel.instants import parse_instant
from shared.rules.pack.model import EffectKind
from tests.intake.house import CENTRE, STATION, House
from tests.intake.test_copies import clock
from tests.intake.test_merging import CASES, merged

EARLY, LATE = "2026-03-11T16:00:00.000000Z", "2026-03-12T16:00:00.000000Z"


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def held(house: House, *stages: str, due_at: str | None = LATE, lead: str = STATION, **more: Any) -> str:
    """Return a case that a unit leads, with a clock for each stage."""
    case = house.report(**more)
    house.route(case, lead)
    number = house.view(case)["number"]
    for stage in stages:
        said = clock(case, clock=f"{case}-{stage}", number=number, stage=stage, due_at=due_at)
        house.hear("sla", "clock.started", case, said)
    return case


def previewed(house: House, case: str, into: str, who: str = "station") -> dict[str, Any]:
    answer = house.call("GET", f"{CASES}/{case}/merge", who, query_string={"into": into})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def dues(house: House, case: str) -> list[tuple[str | None, datetime | None]]:
    """Due instants that intake has written at a case, by their stage."""
    said = [message.data for message in house.said(case) if message.type == "case.progressed"]
    return [
        (effect.value, data.due_at)
        for data in said
        for effect in data.effects
        if effect.kind is EffectKind.SET_DUE
    ]


@pytest.mark.parametrize("who", ["office", "operator"])
def test_whoever_holds_neither_merges_nothing(house: House, who: str) -> None:
    """Only a unit that holds one of the two, or a supervisor; the preview says so as well."""
    case, into = held(house), held(house, lead=CENTRE)
    if who == "operator":
        house.know_token("operator", "operator", None, "op-1")
    assert merged(house, case, into, who).json["code"] == "merge-not-yours"
    assert previewed(house, case, into, who)["why_not"]["code"] == "merge-not-yours"
    assert {house.view(one)["state"] for one in (case, into)} == {"accepted"}


@pytest.mark.parametrize("who", ["station", "centre", "supervisor"])
def test_the_holder_of_either_may(house: House, who: str) -> None:
    """Whoever holds the one or the other, or supervises."""
    case, into = held(house), held(house, lead=CENTRE)
    assert previewed(house, case, into, who)["allowed"] is True
    assert merged(house, case, into, who).status_code == 200


@pytest.mark.parametrize(
    ("other", "field"), [({"category": "dumping", "answers": {"litres": 1, "smell": "none"}}, "category"),
                         ({"place": "market"}, "place")]
)  # fmt: skip
def test_what_is_unlike_the_supervisor_merges(house: House, other: dict[str, Any], field: str) -> None:
    """Another category or village: the holder is refused, a supervisor is not."""
    case, into = held(house, **other), held(house)
    refused = merged(house, case, into, "station")
    assert (refused.json["code"], refused.json["where"]["field"]) == ("merge-unlike", field)
    assert merged(house, case, into, "supervisor").status_code == 200


def test_the_earlier_promise_is_kept(house: House) -> None:
    """An older case goes into a newer one: what it was due by is written there, and shown before."""
    case = held(house, "settle", due_at=EARLY)
    into = held(house, "settle", due_at=LATE)
    (shown,) = previewed(house, case, into)["clocks"]
    assert (shown["fate"], shown["due_at"]) == ("taken_over", EARLY)
    assert dues(house, into) == []
    merged(house, case, into, "station")
    assert dues(house, into) == [("settle", parse_instant(EARLY))]


def test_a_limit_that_ends_sooner_stays(house: House) -> None:
    """A newer case goes into an older one, whose own due instant comes first: nothing is written."""
    case, into = held(house, "settle", due_at=LATE), held(house, "settle", due_at=EARLY)
    (shown,) = previewed(house, case, into)["clocks"]
    assert (shown["fate"], shown["due_at"]) == ("kept", EARLY)
    merged(house, case, into, "station")
    assert dues(house, into) == []


def test_what_is_overdue_is_overdue_in_the_other_at_once(house: House) -> None:
    """Merging an overdue case into a fresh one gives it no new time."""
    case = held(house, "settle", due_at=EARLY)
    house.pass_time(days=5)
    into = held(house, "settle", due_at="2026-04-01T16:00:00.000000Z")
    merged(house, case, into, "station")
    assert dues(house, into) == [("settle", house.clock.now())]


def test_no_limit_ends_without_a_verdict_and_a_reason(house: House) -> None:
    """Where the other has no such clock the holder is refused; a supervisor says why."""
    case, into = held(house, "settle", "submit"), held(house, "settle")
    fates = {one["stage"]: one["fate"] for one in previewed(house, case, into)["clocks"]}
    assert fates == {"settle": "kept", "submit": "ends"}
    refused = merged(house, case, into, "station", note="same")
    assert refused.json["code"] == "merge-loses-limit"
    assert "submit" in refused.json["cause"]
    assert merged(house, case, into, "supervisor").json["code"] == "merge-loses-limit"
    assert merged(house, case, into, "supervisor", note="the city has the other already").status_code == 200


def test_a_preview_changes_nothing(house: House) -> None:
    """Nothing is said, recorded or refused for good by looking."""
    case, into = held(house, "settle"), held(house, "settle")
    before = [house.said(one) for one in (case, into)], [house.view(one)["history"] for one in (case, into)]
    assert previewed(house, case, into)["reporters"] == 2
    assert previewed(house, case, case)["why_not"]["code"] == "merge-itself"
    after = [house.said(one) for one in (case, into)], [house.view(one)["history"] for one in (case, into)]
    assert after == before
