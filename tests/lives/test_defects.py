"""What was wrong once, each as the plain case that shows it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from shared.rules.logic.durable import DurableMatcher
from tests.lives import towns
from tests.lives.actions import Cases, Redecide, Report, Step
from tests.lives.house import House
from tests.lives.oracle import Situation
from tests.lives.walkthrough import Walkthrough

SERVICES = ("intake", "routing", "sla", "notify")
QUARREL = Report(towns.TOWN, "clerk", "quarrel", "grid-1")
SECRET = Report(towns.TOWN, "clerk", "secret", "grid-1")
IN_CITY = Report(towns.CITY, "clerk", "quarrel", "grid-1")
LINKED = 1


@pytest.fixture
def played(house: House) -> Walkthrough:
    """A Monday morning on which nothing has happened."""
    return Walkthrough(house)


def test_a_linked_case_keeps_its_lead_after_a_correction(played: Walkthrough) -> None:
    """A rule on `from_above` holds for a case sent down, also when it is decided again because something of it was
    corrected that the rule does not look at.
    """
    played.do(IN_CITY, Step(0, "send-down"))
    assert played.view(LINKED)["assignment"]["lead"] == "t-hill/office"
    played.do(Step(LINKED, "correct", (("litres", 5),)))
    assert played.view(LINKED)["assignment"]["lead"] == "t-hill/office"


def test_whom_a_rule_on_from_above_names_is_told_of_a_linked_case(played: Walkthrough) -> None:
    """`tell-above` holds for what a city's case opened in its town, and for nothing else."""
    played.do(IN_CITY, Step(0, "send-down"))
    told = {one["reason"]["rule"] for one in played.view(LINKED)["notifications"]}
    assert "tell-above" in told
    assert "tell-above" not in {one["reason"]["rule"] for one in played.view(0)["notifications"]}


@pytest.mark.parametrize("service", SERVICES)
def test_a_case_passed_up_is_not_from_above(played: Walkthrough, service: str) -> None:
    """A linked case comes from above only where the jurisdiction that opened it lies above."""
    played.do(QUARREL, Step(0, "hand-up"))
    assert played.view(LINKED)["town"] == towns.CITY
    assert played.seen(service, LINKED).from_above is False


def test_a_case_passed_up_is_not_routed_by_a_rule_for_what_comes_from_above(played: Walkthrough) -> None:
    """The city's own rule gives it to the station, as any quarrel."""
    played.do(QUARREL, Step(0, "hand-up"))
    assert played.view(LINKED)["assignment"]["lead"] == "c-lake/station"


@pytest.mark.parametrize("service", SERVICES)
def test_a_case_sent_down_is_from_above(played: Walkthrough, service: str) -> None:
    """From a jurisdiction above, however far: the city sends a case into a village of one of its towns."""
    played.do(IN_CITY, Step(0, "send-far-down"), Step(LINKED, "correct", (("litres", 5),)))
    assert played.seen(service, LINKED).from_above is True


def test_every_service_names_the_same_contact_after_a_hand_over(played: Walkthrough) -> None:
    """Where contact moves with the case (RC-18), it is the lead once the case was handed over, also where it came
    back to its first lead and was decided again.
    """
    played.do(QUARREL, Step(0, "hand-up"), Step(0, "hand-back"))
    played.do(Step(0, "correct", (("litres", 5),)), Step(0, "correct", (("litres", 6),)))
    handed_over = {service: played.seen(service).handed_over for service in SERVICES}
    assert handed_over == dict.fromkeys(SERVICES, True)
    assert {_contact(played.seen(service)) for service in SERVICES} == {"t-hill/station"}


def test_a_case_that_nobody_led_before_was_not_handed_over(played: Walkthrough) -> None:
    """A correction that comes before the first decision overtakes it: the second one gives the case its first lead."""
    played.do_at_once(QUARREL, Step(0, "correct", (("litres", 5),)))
    assert "assigned" in played.view()["milestones"]
    assert "handed_over" not in played.view()["milestones"]
    assert not any(played.seen(service).handed_over for service in SERVICES)


def _contact(situation: Situation) -> str | None:
    """Who stays in contact with the reporter where contact moves with the case."""
    was_handed_over = situation.handed_over or situation.previous_lead not in (None, situation.lead)
    return situation.lead if was_handed_over else situation.first_contact


def test_a_preview_does_not_revive_a_clock_that_a_step_has_stopped(played: Walkthrough) -> None:
    """What a step stopped stays stopped under another edition, and the preview says so."""
    played.do(replace(QUARREL, litres=50))
    assert "attend" in {clock.stage for clock in played.clocks()}
    played.do(Step(0, "stop-attend"))
    foreseen = played.foreseen("shorter")
    played.do(Redecide(0, "shorter"))
    assert "attend" not in {clock.stage for clock in played.clocks()}
    assert "attend" not in _stages_after(foreseen)


def test_a_limit_from_the_first_assignment_stays_in_the_preview(played: Walkthrough) -> None:
    """A new lead is dispatched anew and the limit counts from the first dispatch: 12 March stays 12 March."""
    played.do(QUARREL)
    played.advance(days=2)
    foreseen = played.foreseen("other-leads")
    played.do(Redecide(0, "other-leads"))
    assert played.view()["assignment"]["lead"] == "t-hill/office"
    assert _due(foreseen, "answer") == {"2026-03-12T16:00:00.000000Z"}
    assert {clock.due_at for clock in played.clocks() if clock.stage == "answer"} == {
        "2026-03-12T16:00:00+00:00"
    }


def test_a_preview_names_the_steps_that_time_takes_at_once(played: Walkthrough) -> None:
    """Where the new edition's escalation lies in the past, its step follows at once: here it has the case run on."""
    played.do(Report(towns.CITY, "citizen", "noise", "grid-1"))
    played.advance(4)
    played.do(Step(0, "wait-all"))
    played.advance(1)
    assert played.foreseen("shorter")["by_time"] == []
    foreseen = played.foreseen("time-acts")
    assert _due(foreseen, "decide") == {None}  # still waiting, before any step by time
    played.do(Redecide(0, "time-acts", previewed=True))
    taken = {step for step in played.view()["milestones"] if step.endswith("-by-time")}
    assert taken == set(foreseen["by_time"]) == {"on-by-time"}


def _stages_after(foreseen: dict[str, Any]) -> set[str]:
    return {one["stage"] for one in foreseen["deadlines"] if one["after"] is not None}


def _due(foreseen: dict[str, Any], stage: str) -> set[str | None]:
    ahead = (one["after"] for one in foreseen["deadlines"] if one["stage"] == stage)
    return {one["due_at"] for one in ahead if one is not None}


@pytest.fixture
def both() -> Iterator[House]:
    """A house that is told to ask both evaluators, in which a secret case was just reported."""
    made = House("both", editions=(towns.BASE,))
    yield made
    made.close()


def test_intake_asks_both_evaluators_who_may_see_a_case(both: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two evaluators decide every case, also who may see one that the rules hide: nobody else than intake asks."""
    both.begin(0)
    asked = _counted(monkeypatch, "numbers_of")
    SECRET.perform(both, Cases("both"))
    assert asked, "the case was hidden by the reference evaluator alone"


def test_intake_asks_both_evaluators_what_another_edition_would_decide(
    both: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preview says what the services would then do, who ask both."""
    played = Walkthrough(both)
    played.do(SECRET)
    asked = _counted(monkeypatch, "first_number")
    played.foreseen(towns.BASE)
    assert asked, "the lead was foreseen by the reference evaluator alone"


def _counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """Note every question that is put to durable-rules from now on."""
    asked: list[object] = []
    answer: Callable[..., object] = getattr(DurableMatcher, name)

    def noted(book: DurableMatcher, facts: object, *more: object) -> object:
        asked.append(facts)
        return answer(book, facts, *more)

    monkeypatch.setattr(DurableMatcher, name, noted)
    return asked
