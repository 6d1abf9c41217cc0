"""A step's own condition and clock: who comes with the wrong matter, or too late, is refused and told why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.rules.decide.answers import StepAllowed
from shared.rules.decide.compiled import CompiledRules, CompiledRulesCache
from shared.rules.logic.condition import All, Op, Test
from tests.intake.house import OFFICE, STATION, House
from tests.intake.test_copies import clock
from tests.intake.town import TOWN

DUE_AT = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)  # 24:00 of the town's Thursday
WHEN = All((Test("category", Op.EQ, "ditch"), Test("litres", Op.GE, 100)))


@pytest.fixture
def house() -> Iterator[House]:
    made = House(evaluators="both")
    steps = made.packs[TOWN].steps
    note = replace(steps["note-reason"], when=WHEN, because=("P001.9",))
    decline = replace(steps["decline"], no_later_than="settle", before=())
    made.amend(steps={**steps, "note-reason": note, "decline": decline})
    yield made
    made.store.close()


def running(house: House, litres: int | None = None) -> str:
    """A case that its station holds."""
    case = house.report(**({} if litres is None else {"answers": {"litres": litres}}))
    house.route(case, STATION, OFFICE)
    return case


def listed(house: House, case: str, step: str) -> dict[str, Any]:
    """How a step is listed."""
    steps = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/steps", "station").json["steps"]
    return dict(next(each for each in steps if each["step"] == step))


def test_a_step_is_open_to_cases_of_which_its_condition_holds(house: House) -> None:
    """Held against the case as it stands: taken where it holds."""
    case = running(house, litres=100)
    assert listed(house, case, "note-reason")["allowed"] is True
    assert house.step(case, "note-reason", facts={"reason": "rain"}).status_code == 200


@pytest.mark.parametrize(("litres", "got"), [(99, "99"), (None, "not known")])
def test_a_refusal_says_what_does_not_hold(house: House, litres: int | None, got: str) -> None:
    """Only the test that fails is named, with what it wants and what the case has; the list of steps says the same."""
    case = running(house, litres)
    no = house.step(case, "note-reason", facts={"reason": "rain"})
    assert (no.status_code, no.json["code"]) == (409, "step-does-not-apply")
    assert f"litres has to be at least 100, and is {got} (P001.9)" in no.json["cause"]
    assert "category" not in no.json["cause"]
    assert listed(house, case, "note-reason")["why_not"]["code"] == "step-does-not-apply"
    assert house.view(case)["history"][-1]["what"] == "step-refused"


def test_a_step_is_open_while_its_clock_runs_and_no_longer(house: House) -> None:
    """To the microsecond: before the due instant it may be taken, at it no more; the refusal says when it fell due."""
    case = running(house)
    assert house.step(case, "decline", facts={"reason": "x"}).json["code"] == "step-clock-not-running"
    house.hear("sla", "clock.started", case, clock(case))
    house.clock.set(DUE_AT - timedelta(microseconds=1))
    assert listed(house, case, "decline")["allowed"] is True
    house.clock.set(DUE_AT)
    no = house.step(case, "decline", facts={"reason": "x"})
    assert (no.status_code, no.json["code"]) == (409, "step-past-due")
    assert no.json["where"] == {"step": "decline", "clock": "settle", "due_at": "2026-03-12T16:00:00.000000Z"}
    assert "2026-03-12 24:00" in no.json["cause"]


@pytest.mark.parametrize("state", ["withheld", "paused"])
def test_a_clock_without_a_due_instant_is_not_past(house: House, state: str) -> None:
    """Nothing is presumed late."""
    case = running(house)
    house.hear("sla", "clock.started", case, clock(case, due_at=None, label=None, state=state))
    house.clock.set(DUE_AT)
    assert listed(house, case, "decline")["allowed"] is True


def test_of_several_clocks_the_earliest_counts(house: House) -> None:
    """Two limits of one stage: whoever is late for one is late."""
    case = running(house)
    house.hear("sla", "clock.started", case, clock(case))
    house.hear("sla", "clock.started", case, clock(case, clock="c2", due_at="2026-03-20T16:00:00.000000Z"))
    house.clock.set(DUE_AT)
    assert listed(house, case, "decline")["why_not"]["code"] == "step-past-due"


def test_in_doubt_the_step_is_refused_and_the_operator_hears(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the evaluators differ nothing is done on one's word alone."""
    answers = {"reference": ("note-reason",), "durable-rules": ()}
    monkeypatch.setattr(CompiledRules, "allows", lambda *_: StepAllowed(True, False, answers))
    case = running(house, litres=100)
    assert house.step(case, "note-reason", facts={"reason": "rain"}).json["code"] == "step-in-doubt"
    (alarm,) = [each for each in house.said(case) if each.type == "alarm.raised"]
    assert alarm.data.code == "disagreement"
    assert alarm.data.detail["about"] == "step note-reason"


def test_a_step_without_a_condition_asks_no_evaluator(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Towns that need none pay for none."""
    monkeypatch.setattr(CompiledRulesCache, "of", lambda *_: pytest.fail("asked"))
    case = running(house)
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
