"""Who may take which step when: the guard against rules written down a second time, over random lives."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.case import Case, Progress
from services.intake.domain.change import apply
from services.intake.domain.given import Given
from services.intake.domain.guard import refuse, why_not
from services.intake.domain.milestones import message_type, milestones_of, state_of
from services.intake.domain.steps import consequences
from shared.contracts.messages import Actor
from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseState, Place
from shared.rules.pack.model import EffectKind, Pack
from tests.intake.town import (
    MONDAY,
    OFFICE,
    STATION,
    SUPERVISION,
    TOWN,
    assigned_case,
    blank_case,
    does,
    pack,
    reached,
    step,
)

PACK = pack()
ACTORS = {
    "lead": Actor("unit_staff", STATION, "a"),
    "assisting": Actor("unit_staff", OFFICE, "b"),
    "stranger": Actor("unit_staff", f"{TOWN}/centre", "c"),
    "reporter": Actor("reporter", None, "citizen-1"),
    "another citizen": Actor("reporter", None, "citizen-2"),
    "grid worker": Actor("grid_worker", f"{TOWN}/grid-team", "d"),
    "supervision": Actor("unit_staff", SUPERVISION, "e"),
    "supervisor": Actor("supervisor", None, "f"),
    "operator": Actor("operator", None, "g"),
}
# Who a step's words mean in `assigned_case`, written down a second time.
MEANT = {
    "lead": {"lead"},
    "lead, assisting": {"lead", "assisting"},
    "lead, supervisor": {"lead", "supervision", "supervisor"},
    "supervisor": {"supervision", "supervisor"},
    "grid worker, first contact": {"grid worker"},
    "lead, grid worker, first contact": {"lead", "grid worker"},
    "reporter, grid worker": {"reporter", "grid worker"},
    "operator": {"operator"},
    "unit_staff": {"lead", "assisting", "stranger", "supervision"},
}
EVIDENCE: dict[str, Any] = {"plan": "p", "reason": "r", "result": "r", "progress": "p"}


def given_for(key: str) -> Given:
    needs = PACK.steps[key].needs
    facts = {name: EVIDENCE[name] for name in needs if name in EVIDENCE}
    due_at = MONDAY + timedelta(days=3) if "due_at" in needs else None
    return Given(facts, due_at, place="east-1" if "place" in needs else None)


def live(case: Case, life: list[tuple[str, str]], made: Pack = PACK) -> list[str]:
    """Let actors try steps; return those that were taken."""
    taken = []
    for who, key in life:
        if refuse(made, case, key, ACTORS[who], given_for(key), MONDAY) is None:
            apply(case, consequences(made, case, made.steps[key], ACTORS[who], given_for(key)), MONDAY)
            case.awaiting = None
            taken.append(key)
    return taken


LIVES = st.lists(st.tuples(st.sampled_from(sorted(ACTORS)), st.sampled_from(sorted(PACK.steps))), max_size=25)


@given(st.sampled_from(sorted(ACTORS)), st.sampled_from(sorted(PACK.steps)), LIVES)
def test_a_step_is_for_those_whom_its_words_mean(who: str, key: str, life: list[tuple[str, str]]) -> None:
    """'step-not-yours' is answered exactly to those whom none of the step's words means."""
    case = assigned_case()
    live(case, life)
    no = why_not(PACK, case, key, ACTORS[who])
    meant = who in MEANT[", ".join(PACK.steps[key].who)]
    assert (no is not None and no.code == "step-not-yours") != meant


def may_take(case: Case, key: str) -> bool:  # noqa: C901 - slow and plain on purpose
    """The rules a second time, slowly: milestones, the end, the procedure's order. Who asks is left out."""
    step_ = PACK.steps[key]
    if {"closed", "rejected"} & set(case.standing):
        return False
    if any(mark not in case.standing for mark in step_.after) or any(
        mark in case.standing for mark in step_.before
    ):
        return False
    if step_.any_time:
        return True
    if case.awaiting is not None or (case.progress.approvals and key not in case.progress.approvals):
        return False
    procedure = PACK.procedures[case.assignment.procedure] if case.assignment else None
    if procedure is None or key not in procedure.steps:
        return False
    here = list(procedure.steps).index(key)
    for place, other in enumerate(procedure.steps):
        reaches = milestones_of(PACK.steps[other])
        is_done = other in case.progress.taken or (reaches and all(mark in case.standing for mark in reaches))
        if place < here and other not in procedure.optional and not is_done:
            return False
        if place > here and other in case.progress.run:
            return False
    return True


@given(st.sampled_from(["standard", "planned"]), LIVES, st.sampled_from(sorted(PACK.steps)))
def test_a_step_is_open_when_the_rules_say_so(procedure: str, life: list[tuple[str, str]], key: str) -> None:
    """At any point of any life, the guard opens a step to somebody meant exactly when the written rules
    do."""
    case = assigned_case(procedure)
    live(case, life)
    who = min(MEANT[", ".join(PACK.steps[key].who)])
    assert (why_not(PACK, case, key, ACTORS[who]) is None) == may_take(case, key)


@given(st.sampled_from(["standard", "planned"]), LIVES)
def test_no_life_breaks_the_order(procedure: str, life: list[tuple[str, str]]) -> None:
    """Whoever tries what: nothing is settled before it is accepted, nothing verified or closed before it is
    settled."""
    case = assigned_case(procedure, milestones=reached("reported", "assigned"), state=CaseState.ASSIGNED)
    taken = live(case, life)
    for earlier, later in (("accept", "settle"), ("settle", "verify"), ("settle", "close")):
        assert later not in taken or earlier in taken[: taken.index(later)]
    assert case.state == state_of(case.standing)
    assert case.round == 1 + taken.count("not-satisfied")
    if "close" in taken or "return" in taken:
        assert taken[-1] in ("close", "return")


@given(LIVES)
def test_a_refused_step_changes_nothing(life: list[tuple[str, str]]) -> None:
    """Asking, and being refused, leaves the case as it was."""
    case = assigned_case()
    live(case, life)
    before = replace(case)
    for key in PACK.steps:
        for who in ACTORS.values():
            refuse(PACK, case, key, who, Given(), MONDAY)
    assert case == before


def test_nothing_but_any_time_steps_before_the_first_decision() -> None:
    """A case that nobody was given yet has no procedure to follow."""
    no = why_not(PACK, blank_case(milestones=reached("reported", "accepted")), "plan", ACTORS["lead"])
    assert no is not None
    assert no.code == "step-not-yours"  # nobody leads
    operator_step = replace(PACK, steps={**PACK.steps, "plan": step("plan", "operator")})
    no = why_not(operator_step, blank_case(), "plan", ACTORS["operator"])
    assert no is not None
    assert no.code == "step-not-in-procedure"
    assert why_not(PACK, blank_case(), "return", ACTORS["operator"]) is None


@pytest.mark.parametrize(
    ("facts", "due", "code"),
    [
        ({}, None, "step-needs"),
        ({"reason": "water", "plan": "p"}, None, "step-takes-not"),
        ({"reason": "water"}, timedelta(0), "due-in-the-past"),
        ({"reason": "water"}, timedelta(days=365_000), "due-too-far"),
        ({"reason": "water"}, timedelta(seconds=1), None),
        ({"reason": "water"}, None, None),
    ],
)
def test_a_step_takes_what_it_needs_and_nothing_else(
    facts: dict[str, str], due: timedelta | None, code: str | None
) -> None:
    """Evidence that the step needs must come, other facts must not, and a due time written by a person lies
    ahead."""
    given_ = Given(facts, MONDAY + due if due is not None else None)
    no = refuse(PACK, assigned_case(), "note-reason", ACTORS["lead"], given_, MONDAY)
    assert (no.code if no else None) == code


def test_an_approval_holds_the_procedure_up() -> None:
    """Once approval was asked, only the approving step goes on with the procedure; any-time steps stay
    open."""
    case = assigned_case("planned")
    assert live(case, [("lead", "plan"), ("lead", "ask"), ("lead", "settle")]) == ["plan", "ask"]
    no = why_not(PACK, case, "settle", ACTORS["lead"])
    assert no is not None
    assert no.code == "step-awaits-approval"
    assert live(case, [("lead", "progress"), ("supervisor", "approve"), ("lead", "settle")]) == [
        "progress",
        "approve",
        "settle",
    ]


def test_what_was_passed_over_is_not_taken_later_until_a_redo() -> None:
    """An optional step left out stays left out; after a reopening the procedure is walked again from what
    fell."""
    case = assigned_case()
    assert live(case, [("lead", "settle"), ("grid worker", "verify")]) == ["settle", "verify"]
    loose = replace(PACK, steps={**PACK.steps, "find": replace(PACK.steps["find"], before=())})
    no = why_not(loose, case, "find", ACTORS["lead"])
    assert no is not None
    assert no.code == "step-passed"
    assert live(case, [("reporter", "not-satisfied"), ("lead", "settle")]) == ["not-satisfied", "settle"]
    assert not case.stands("verified")


def verifying(unit: str | None, *stands_in: str, **found: Any) -> str | None:
    """Return why a grid worker of the unit may not verify a settled case of the east village, or None."""
    case = assigned_case(
        milestones=reached("accepted", "settled"),
        progress=Progress(taken=("settle",), run=("settle",)),
        **found,
    )
    no = why_not(PACK, case, "verify", Actor("grid_worker", unit, "x"), stands_in)
    return no.code if no else None


def test_what_a_grid_found_is_its_own_unit_s() -> None:
    """Any worker of the finding unit may verify, another unit's not, its substitute may."""
    found = {"finder_role": "grid_worker", "finder_unit": "elm/team-1"}
    assert verifying("elm/team-1", **found) is None
    assert verifying("elm/team-2", **found) == "step-not-yours"
    assert verifying("elm/team-2", "elm/team-1", **found) is None


AT = {
    "grid": Place(key="east-1", jurisdiction="elm.east-village"),
    "village": Place(key="east-village", jurisdiction="elm.east-village"),
    "village, no more": Place(jurisdiction="elm.east-village"),
    "nowhere": Place(jurisdiction="elm"),
}


@pytest.mark.parametrize(
    ("unit", "place", "is_own"),
    [
        ("elm.east-1/grid", "grid", True),
        ("elm.east-village/east-1", "grid", True),
        ("elm.east-village/grid", "grid", True),
        ("elm/grid-team", "grid", True),  # one team for the whole town
        ("elm.market/grid", "grid", False),
        ("elm.east-village/market", "grid", False),
        ("elm/market", "grid", False),
        ("oak.east-1/grid", "grid", False),
        ("oak/grid", "grid", False),
        (None, "grid", False),
        ("elm.east-1/grid", "village", True),
        ("elm.east-1/grid", "village, no more", True),
        ("elm.market/grid", "village, no more", False),
        ("elm.east-1/grid", "nowhere", False),
        ("elm/grid-team", "nowhere", True),
    ],
)
def test_a_citizen_s_report_is_the_own_grid_s(unit: str | None, place: str, is_own: bool) -> None:
    """Where the public reported, the grid in which it lies is meant, and no other village's (decision 28)."""
    assert verifying(unit, place=AT[place]) == (None if is_own else "step-not-yours")


def test_whoever_stands_in_for_the_own_grid_s_worker_is_meant_too() -> None:
    """The substitute of the grid's own worker may what that one may; of another grid's, not."""
    assert verifying("elm.market/grid", "elm.east-1/grid", place=AT["grid"]) is None
    assert verifying("elm.market/grid", "elm.market/north", place=AT["grid"]) == "step-not-yours"


def test_messages_are_named_by_the_most_important_milestone() -> None:
    """closed > published > reopened > returned > verified > settled > extended > handed over > accepted >
    assigned."""
    ranked = [
        ("closed", "closed"),
        ("published", "published"),
        ("reopened", "reopened"),
        ("rejected", "returned"),
        ("verified", "verified"),
        ("settled", "settled"),
    ]
    for place, (_, name) in enumerate(ranked):
        assert (
            message_type([mark for mark, _ in ranked[place:]] + ["accepted"], [EffectKind.EXTEND])
            == f"case.{name}"
        )
    assert message_type(["accepted"], [EffectKind.SET_DUE]) == "case.extended"
    assert message_type(["assigned", "handed_over", "accepted"]) == "case.handed_over"
    assert message_type(["assigned", "accepted"]) == "case.accepted"
    assert message_type(["submitted"]) == "case.progressed"
    assert milestones_of(step("x", "lead", does(EffectKind.PUBLISH), does(EffectKind.MARK, "m"))) == (
        "published",
        "m",
    )


def test_a_refusal_names_parties_milestones_and_steps_in_the_readers_language() -> None:
    """Keys are for machines; people read who may take the step and what has to come first in their own words."""
    case = assigned_case(PACK)
    own = why_not(PACK, case, "close", ACTORS["stranger"])
    assert own is not None
    assert (own.code, own.terms["who"]) == (
        "step-not-yours",
        Text("牵头单位、上报网格员、首问人", "lead, grid worker, first contact"),
    )
    late = why_not(PACK, case, "verify", ACTORS["grid worker"])
    assert late is not None
    assert (late.code, late.terms["marks"]) == ("step-not-now", Text("已办结", "settled"))
    assert late.where["after"] == "settled"
