"""Reports of machines: drafts until a person looks, and a repeated alarm makes one case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.intake.store import tables
from shared.db.engines import open_engine
from shared.kernel.texts import Text
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.intake.house import House
from tests.intake.test_idempotency import at_once
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
ALARM = {"category": "ditch", "channel": "camera", "place": "east-1", "text": "water", "source": "cam-7"}


def with_machines(house: House) -> House:
    """Give the town a camera, whose alarms repeat within half an hour, and a sensor, whose never do."""
    town = house.packs[TOWN]
    channels = {**town.channels, "camera": Text("摄像头", "camera"), "sensor": Text("传感器", "sensor")}
    house.amend(channels=channels, machines={"camera": Amount(30, TimeUnit.MINUTES), "sensor": None})
    return house


@pytest.fixture
def house() -> Iterator[House]:
    made = with_machines(House())
    yield made
    made.store.close()


def alarm(house: House, **more: Any) -> TestResponse:
    body = {name: value for name, value in {**ALARM, **more}.items() if value is not None}
    return house.call("POST", CASES, "grid", json=body)


def test_a_machine_reports_a_draft(house: House) -> None:
    """What a machine reports waits for a person, also with its category named; nobody hears of it before."""
    told = alarm(house)
    assert (told.status_code, told.json["state"], told.json["repeats"]) == (201, "draft", 0)
    view = house.view(told.json["case"])
    assert (view["draft"], view["report"]["source"]) == ({"because": ["machine"]}, "cam-7")
    assert house.said(told.json["case"]) == []


def test_a_repeated_alarm_is_counted(house: House) -> None:
    """Same device, matter and place within the time since the last one: one draft, one more counted, 200."""
    first = alarm(house).json["case"]
    for count in (1, 2, 3):
        house.pass_time(minutes=29)
        again = alarm(house, text=f"water {count}")
        assert (again.status_code, again.json["case"], again.json["repeats"]) == (200, first, count)
        assert again.json["counted"] is True
    history = [entry for entry in house.view(first)["history"] if entry["what"] == "alarm-repeated"]
    assert [entry["texts"]["text"] for entry in history] == ["water 1", "water 2", "water 3"]
    assert len(house.rows(tables.cases)) == 1
    assert house.call("GET", f"{CASES}/{first}/history/verify", "operator").json["whole"]


def test_after_the_time_it_is_a_new_one(house: House) -> None:
    """Later than that since the last alarm, however many there were, a new draft is made."""
    first = alarm(house).json["case"]
    house.pass_time(minutes=31)
    second = alarm(house)
    assert second.status_code == 201
    assert second.json["case"] != first
    house.pass_time(minutes=5)
    assert alarm(house).json["case"] == second.json["case"]


@pytest.mark.parametrize(
    "other",
    [{"source": "cam-8"}, {"place": "market"}, {"category": "family"}, {"source": None}],
    ids=["device", "place", "matter", "nameless"],
)
def test_another_alarm_is_another_draft(house: House, other: dict[str, Any]) -> None:
    """Another device, place or matter, or a device without a name, is never counted on the first draft."""
    first = alarm(house).json["case"]
    answer = alarm(house, **other)
    assert (answer.status_code, answer.json["case"] == first) == (201, False)


def test_a_channel_without_a_time_counts_nothing(house: House) -> None:
    """A machine channel for which the town names no time makes a draft each time."""
    answers = [alarm(house, channel="sensor").status_code for _ in range(2)]
    assert answers == [201, 201]


def test_alarms_on_a_case_under_way_are_told(house: House) -> None:
    """Once confirmed, further alarms are counted on the case, and the others hear how many."""
    case = alarm(house).json["case"]
    alarm(house)
    house.call("POST", f"{CASES}/{case}/confirm", "station", json={})
    house.route(case)
    assert alarm(house).json["case"] == case
    admitted, *_, last = house.said(case)
    assert (admitted.type, admitted.data.facts["repeats"]) == ("case.admitted", 1)
    assert (last.type, last.data.step, last.data.facts["repeats"]) == (
        "case.progressed",
        "alarm_repeated",
        2,
    )
    assert house.view(case)["state"] == "accepted"


@pytest.mark.parametrize("end", ["dismiss", "reject"])
def test_what_is_over_takes_no_alarm(house: House, end: str) -> None:
    """After a dismissal or an end the same alarm is news again."""
    case = alarm(house).json["case"]
    if end == "dismiss":
        house.call("POST", f"{CASES}/{case}/dismiss", "station", json={"reason": "r"})
    else:
        house.call("POST", f"{CASES}/{case}/confirm", "station", json={})
        house.step(case, "return", "operator", facts={"reason": "r"})
    answer = alarm(house)
    assert (answer.status_code, answer.json["case"] != case) == (201, True)


def test_a_source_is_a_machines(house: House) -> None:
    """A device's name over a channel of people is refused."""
    assert alarm(house, channel="app").json["code"] == "source-not-machine"


def test_alarms_of_one_bulk_meet_each_other(house: House) -> None:
    """Several alarms of a device in one bulk make one draft; the answer says which was counted where."""
    items = [ALARM, {**ALARM, "source": "cam-8"}, ALARM, ALARM, {**ALARM, "channel": "none"}]
    result = house.call("POST", f"{CASES}/bulk", "grid", json={"cases": items}).json
    assert (result["admitted"], result["counted"], result["refused"]) == (2, 2, 1)
    assert [item["status"] for item in result["results"]] == [201, 201, 200, 200, 422]
    first, second, *repeated = [item.get("case") for item in result["results"]]
    assert repeated == [first, first, None]
    assert first != second
    assert [row["number"] for row in house.rows(tables.cases)] == ["2026-000001", "2026-000002"]


def test_the_same_request_is_not_counted_twice(house: House) -> None:
    """A repetition under one key is answered as before and counts nothing."""
    alarm(house)
    headers = {"Idempotency-Key": "k"}
    answers = [house.call("POST", CASES, "grid", json=ALARM, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.json["repeats"] for answer in answers} == {1}


def test_forty_at_once_make_one_draft(tmp_path: Path) -> None:
    """However many alarms of a device come at the same moment: one case, and every other one counted."""
    house = with_machines(House(engine=open_engine(f"sqlite:///{tmp_path}/intake.db", "intake")))
    answers = at_once(40, lambda _: alarm(house))
    assert sorted(answer.status_code for answer in answers) == [*[200] * 39, 201]
    assert len({answer.json["case"] for answer in answers}) == 1
    assert [row["repeats"] for row in house.rows(tables.cases)] == [39]
    assert sorted(answer.json["repeats"] for answer in answers) == list(range(40))
    house.store.close()
