"""Facts from time are settled when their milestone is reached, and stay; another edition settles them anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.model import Fact, Spot, Times
from tests.intake.house import OFFICE, STATION, House
from tests.intake.test_drafts_and_editions import confirm, draft, publish
from tests.intake.test_proposals import made_house
from tests.intake.town import TOWN

NIGHT_AT = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)  # 23:00 of the town's Monday


def from_time(name: str, times: Times) -> Fact:
    """A fact from time."""
    return Fact(FactType(name, Kind.BOOL), Text(name, name), "time", Text(), None, Spot("", 1), times=times)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    facts = {
        "night": from_time("night", Times("reported", (("22:00", "06:00"),))),
        "rest": from_time("rest", Times("reported", days=("weekend", "holiday"))),
        "evening": from_time("evening", Times("settled", (("18:00", "22:00"),))),
    }
    made.amend(facts={**made.packs[TOWN].facts, **facts})
    made.clock.set(NIGHT_AT)
    yield made
    made.store.close()


def facts(house: House, case: str) -> dict[str, Any]:
    """What the latest message says of the case, of facts from time alone."""
    said = next(
        body.facts for each in reversed(house.said(case)) if isinstance(body := each.data, CaseSnapshot)
    )
    return {name: said[name] for name in ("night", "rest", "evening") if name in said}


def test_the_report_settles_its_own_and_a_step_its_own(house: House) -> None:
    """The first message has what the report's hour says; what a milestone's hour says comes with the step."""
    case = house.report()
    assert facts(house, case) == {"night": True, "rest": False}
    house.route(case, STATION, OFFICE)
    house.pass_time(hours=20)  # 19:00 of Tuesday
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
    assert facts(house, case) == {"night": True, "rest": False, "evening": True}


def test_published_days_count_for_later_reports_alone(house: House) -> None:
    """A day that becomes a holiday changes no case that was reported before."""
    before = house.report()
    days = {"revision": 1, "holidays": {"2026-03-09": "rest"}, "make_up": {}, "years": []}
    house.hear("registry", "calendar.published", f"town/{TOWN}", days)
    after = house.report()
    assert (facts(house, before)["rest"], facts(house, after)["rest"]) == (False, True)


def test_nobody_states_them(house: House) -> None:
    """Neither an answer nor a step's fact says what hour it was."""
    report = {
        "category": "ditch",
        "channel": "app",
        "place": "east-1",
        "text": "full",
        "answers": {"night": False},
    }
    refused = house.call("POST", f"/v1/towns/{TOWN}/cases", "citizen", json=report)
    assert refused.json["code"] == "fact-not-yours"


def test_another_edition_settles_them_anew() -> None:
    """A draft that is confirmed under other hours by the same name has that edition's fact, of the report's hour."""
    house = made_house("confirmed")
    night = from_time("night", Times("reported", (("22:00", "06:00"),)))
    house.amend(facts={**house.packs[TOWN].facts, "night": night})
    house.clock.set(NIGHT_AT)
    kept, moved = draft(house), draft(house)  # at 23:00 and at 02:00
    assert confirm(house, kept).status_code == 200
    earlier = replace(night, times=Times("reported", (("20:00", "02:00"),)))
    publish(house, facts={**house.packs[TOWN].facts, "night": earlier})
    assert confirm(house, moved).status_code == 200
    found = [facts(house, case)["night"] for case in (kept, moved)]
    house.store.close()
    assert found == [True, False]
