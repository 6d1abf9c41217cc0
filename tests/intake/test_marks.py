"""A mark with a condition: the step is taken, and the milestone is reached only where the condition holds."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.rules.decide.answers import StepAllowed
from shared.rules.decide.compiled import CompiledRules
from shared.rules.logic.condition import Op, Test
from shared.rules.pack.model import Effect, EffectKind
from tests.intake.house import OFFICE, STATION, House
from tests.intake.town import TOWN

MARK = "heavy"


@pytest.fixture
def house() -> Iterator[House]:
    """Whoever corrects the litres marks a heavy case; whoever is dissatisfied marks one that was settled twice."""
    made = House(evaluators="both")
    steps = made.packs[TOWN].steps
    weigh = Effect(EffectKind.MARK, MARK, when=Test("litres", Op.GE, 100))
    note = replace(steps["note-reason"], may_have=("litres",), needs=(), does=(weigh,), any_time=True)
    made.amend(steps={**steps, "note-reason": note})
    yield made
    made.store.close()


def running(house: House) -> str:
    case = house.report()
    house.route(case, STATION, OFFICE)
    return case


def test_it_is_reached_by_what_the_step_itself_brings(house: House) -> None:
    """The condition looks at the case with the step's own facts; the message and the history name the milestone."""
    case = running(house)
    answer = house.step(case, "note-reason", facts={"litres": 100})
    assert (answer.status_code, answer.json["not_done"]) == (200, [])
    assert house.said(case)[-1].data.marks == (MARK, "note-reason")
    assert MARK in house.view(case)["milestones"]


def test_where_it_does_not_hold_the_step_is_on_record_and_says_what_is_missing(house: House) -> None:
    """Taken, with its facts; the milestone is not reached, in no message either, and the answer says why."""
    case = running(house)
    answer = house.step(case, "note-reason", facts={"litres": 99})
    (said,) = answer.json["not_done"]
    assert (answer.status_code, said["code"]) == (200, "mark-not-reached")
    assert said["where"] == {"step": "note-reason", "mark": MARK}
    assert "litres has to be at least 100, and is 99" in said["cause"]
    told = house.said(case)[-1].data
    assert (told.marks, told.effects, told.facts["litres"]) == (("note-reason",), (), 99)
    assert MARK not in house.view(case)["milestones"]


def test_it_may_be_reached_by_taking_the_step_again(house: House) -> None:
    """And what was reached stays, whatever a later step brings."""
    case = running(house)
    for litres in (5, 100, 5):
        assert house.step(case, "note-reason", facts={"litres": litres}).status_code == 200
    assert MARK in house.view(case)["milestones"]


def test_in_doubt_the_step_is_refused_and_the_operator_hears(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A milestone on one evaluator's word alone could not be undone: nothing of the step is kept."""
    case = running(house)
    answers = {"reference": (f"note-reason {MARK}",), "durable-rules": ()}
    monkeypatch.setattr(CompiledRules, "allows", lambda *_: StepAllowed(True, False, answers))
    answer = house.step(case, "note-reason", facts={"litres": 100})
    assert (answer.status_code, answer.json["code"]) == (409, "step-in-doubt")
    assert [each.data.code for each in house.said(case) if each.type == "alarm.raised"] == ["disagreement"]
    assert "litres" not in house.view(case)["facts"]
