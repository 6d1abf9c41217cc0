"""Replaying the past of a case that an older system brings: what happened, in order, and whether it holds together.

Decides what each line means by the town's pack: which step reached which milestone, who led since when. Lines
that contradict themselves are refused with the field; nothing is guessed but what the pack itself says. Must not
know stores, nor the form of files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.intake.domain.case import Case, snapshot_of
from services.intake.domain.change import Change, apply
from services.intake.domain.conditions import Doubt, unmet_marks
from services.intake.domain.decisions import consequences_of_decision
from services.intake.domain.given import Given
from services.intake.domain.milestones import ACCEPTED, ASSIGNED, REOPENED, milestones_of
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.steps import consequences
from services.intake.transfer.domain.imported_case import (
    REACHED_AT,
    ImportedStep,
    StatedAssignment,
    facts_of,
    texts_of,
)
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import Assignment
from shared.rules.case.timing import local_day
from shared.rules.decide.answers import Unroutable
from shared.rules.decide.compiled import CompiledRules
from shared.rules.pack.model import Acceptance, Effect, EffectKind, Pack, Step

_OF_LINE = ("lead", "accepted_at")  # columns of the line itself that say who has the case


def steps_of(
    pack: Pack,
    steps: Sequence[ImportedStep],
    reached_at: Mapping[str, datetime],
    first: StatedAssignment,
    reported_at: datetime,
) -> list[ImportedStep]:
    """Return what happened, in order; dates of milestones stand for steps where none are given.

    Args:
        reached_at: milestone → instant, from the line's own columns.
        first: who has the case, where no step says who got it when.
    """
    happened = list(steps) if steps else list(_from_dates(pack, reached_at))
    if any(step.assigned is not None for step in happened):
        return happened
    tells_all = all(step.marks is not None for step in happened)  # an export, or a case that nobody had yet
    if first.lead is None and ACCEPTED not in reached_at and tells_all:
        return happened
    accepted_at = reached_at.get(ACCEPTED)
    begun_at = accepted_at or (happened[0].at if steps else reported_at)
    marks = (ASSIGNED, ACCEPTED) if accepted_at else (ASSIGNED,)
    stated_in = "accepted_at" if accepted_at else "lead"
    return [ImportedStep(stated_in, ASSIGNED, begun_at, marks=marks, assigned=first), *happened]


def _from_dates(pack: Pack, reached_at: Mapping[str, datetime]) -> Iterator[ImportedStep]:
    for mark, name in REACHED_AT.items():
        if mark in reached_at:
            key = next((key for key, step in pack.steps.items() if mark in milestones_of(step)), None)
            yield ImportedStep(name, key or mark, reached_at[mark], marks=None if key else (mark,))


def refuse_disorder(steps: Sequence[ImportedStep], reported_at: datetime, now: datetime) -> None:
    """Hold the instants against one another.

    Raises:
        Refusal: `step-before-the-last`, `step-in-the-future`.
    """
    last = reported_at
    for step in steps:
        if step.at < last:
            raise refusal("step-before-the-last", {"field": step.stated_in}, before=format_instant(last))
        if step.at > now:
            raise refusal("step-in-the-future", {"field": step.stated_in})
        last = step.at


def change_of(rules: CompiledRules, case: Case, step: ImportedStep) -> Change:
    """Return what a step changes of the case as it stood then; it asks nobody anything any more.

    Raises:
        Refusal: a step that the pack does not know and that names no milestones; nobody who could lead.
        Problem: a fact is not what the pack declares.
    """
    change = _assignment(rules, case, step) if step.assigned is not None else _step(rules, case, step)
    reached = change.reached if step.marks is None else step.marks
    undone = change.undone if step.undone is None else step.undone
    return replace(change, reached=reached, undone=undone, ask_decision=False, links=())


def _step(rules: CompiledRules, case: Case, step: ImportedStep) -> Change:
    pack = rules.pack
    facts = facts_of(pack, step.facts, f"{step.stated_in}.facts")
    declared = pack.steps.get(step.step)
    if declared is not None:
        return _declared(rules, case, declared, step, Given(facts, step.due_at))
    if step.marks is None:
        known = ", ".join(list(pack.steps)[:20])
        raise refusal("old-step-unknown", {"field": f"{step.stated_in}.step"}, given=step.step, known=known)
    texts = texts_of(pack, facts)
    plain = {name: value for name, value in facts.items() if name not in texts}
    effects = (Effect(EffectKind.REOPEN),) if REOPENED in step.marks else ()
    return Change(step.step, (), effects=effects, facts=plain, texts=texts)


def _declared(rules: CompiledRules, case: Case, declared: Step, step: ImportedStep, given: Given) -> Change:
    """A step of the pack; of its marks with a condition those alone are reached of which both evaluators say so."""
    change = consequences(rules.pack, case, declared, step.by, given, declared.mark_conditions)
    if not declared.mark_conditions:
        return change
    trial = replace(case)
    apply(trial, change, step.at)
    found = unmet_marks(rules, trial, declared)
    unmet = declared.mark_conditions if isinstance(found, Doubt) else found
    return consequences(rules.pack, case, declared, step.by, given, unmet)


def _assignment(rules: CompiledRules, case: Case, step: ImportedStep) -> Change:
    """What the line leaves open the town's rules fill in, as they would decide now."""
    pack, stated = rules.pack, step.assigned or StatedAssignment()
    answer = rules.route(situation_of(snapshot_of(case)), local_day(pack, case.reported_at))
    found = answer.decision if isinstance(answer, Unroutable) else answer
    if stated.lead is None and (isinstance(answer, Unroutable) or found.lead is None):
        raise refusal("old-lead-missing", {"field": "lead"})
    procedure = stated.procedure or found.procedure
    if procedure not in pack.procedures:
        known = ", ".join(pack.procedures)
        raise refusal("unknown-procedure", {"field": "procedure"}, given=procedure, known=known)
    assignment = Assignment(
        decision=case.decisions + 1,
        levels=found.levels if stated.levels is None else stated.levels,
        lead=stated.lead or found.lead,
        assisting=found.assisting if stated.assisting is None else stated.assisting,
        previous_lead=case.lead,
        procedure=procedure,
        departments=found.departments,
    )
    _refuse_strange_unit(pack, assignment.lead or "", step)
    is_accepted = step.marks is None or ACCEPTED in step.marks
    return consequences_of_decision(
        pack, case, assignment, Acceptance.AUTOMATIC if is_accepted else Acceptance.LEAD
    )


def _refuse_strange_unit(pack: Pack, address: str, step: ImportedStep) -> None:
    """A lead must be one to whom the case can go: 'jurisdiction/unit', and of this town one that it has."""
    jurisdiction, slash, unit = address.partition("/")
    is_ours = jurisdiction == pack.town or jurisdiction.startswith(f"{pack.town}.")
    if not slash or (is_ours and unit not in pack.units):
        where = {"field": "lead" if step.stated_in in _OF_LINE else f"{step.stated_in}.lead"}
        known = ", ".join(list(pack.units)[:20])
        raise refusal("unknown-unit", where, given=address, town=pack.town, known=known)


def replay(rules: CompiledRules, case: Case, steps: Sequence[ImportedStep]) -> None:
    """Bring the case through its past: a trial before anything is written.

    Raises:
        Refusal, Problem: a step can't have been; `where` names its field.
    """
    for step in steps:
        try:
            change = change_of(rules, case, step)
        except (Refusal, Problem) as no:
            no.where = {"field": step.stated_in, **no.where}
            raise
        apply(case, change, step.at)
        if step.assigned is not None:
            case.decisions += 1


def refuse_other_state(case: Case, state: str | None) -> None:
    """Hold the state that the line says against the one that its dates make.

    Raises:
        Refusal: `state-differs`.
    """
    if state is not None and state != case.state:
        raise refusal("state-differs", {"field": "state"}, given=state, made=case.state.value)
