"""Whoever leads a case does not give its own limit more time in silence (decision 28)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.intake.domain.case import OpenClock
from services.intake.domain.given import Given
from services.intake.domain.guard import refuse
from shared.contracts.messages import Actor
from shared.rules.clocks.clock import ClockState
from tests.intake.town import MONDAY, STATION, SUPERVISION, assigned_case, pack

PACK = pack()
STEP = replace(PACK.steps["write-due"], may_have=("reason",))
WORDY = replace(PACK, steps={**PACK.steps, "write-due": STEP})
DUE = MONDAY + timedelta(days=3)
LATER, EARLIER = DUE + timedelta(days=1), DUE - timedelta(days=1)
LEAD = Actor("unit_staff", STATION, "a")


def refused(actor: Actor, given: Given, stage: str = "settle", due_at: datetime | None = DUE) -> str | None:
    case = assigned_case(clocks={"c-1": OpenClock(stage, ClockState.RUNNING, due_at)})
    no = refuse(WORDY, case, "write-due", actor, given, MONDAY)
    return no.code if no else None


@pytest.mark.parametrize(
    "given",
    [
        Given(due_at=LATER, has_note=True),
        Given({"reason": "the ford is flooded"}, LATER),
        Given(due_at=EARLIER),
    ],
    ids=["with a note", "with a text", "less time"],
)
def test_the_lead_says_why_it_takes_more_time(given: Given) -> None:
    """A reason as text or note will do, and none is needed for less time; without one it is refused."""
    assert refused(LEAD, given) is None
    assert refused(LEAD, Given(due_at=LATER)) == "reason-for-postponing"


@pytest.mark.parametrize("actor", [Actor("supervisor", None, "s"), Actor("unit_staff", SUPERVISION, "s")])
def test_a_supervisor_needs_no_reason(actor: Actor) -> None:
    """What a supervising unit writes is its own to answer for, by role or by unit."""
    assert refused(actor, Given(due_at=LATER)) is None


def test_a_first_due_time_postpones_nothing() -> None:
    """Where no due instant stands, or that of another clock, one may be written without a reason."""
    assert refused(LEAD, Given(due_at=LATER), due_at=None) is None
    assert refused(LEAD, Given(due_at=LATER), stage="submit") is None
