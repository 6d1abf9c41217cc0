"""May this actor take this step now?

Decides by the pack alone: who, after and before which milestones, where in the procedure, with what. The
order of the questions is the order of the answers that help most: whether there is such a step, whose it is,
whether its time has come, and only then what is missing.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from services.intake.domain.actors import is_among
from services.intake.domain.case import Case
from services.intake.domain.given import Given
from services.intake.domain.milestones import endings_of, milestones_of
from services.intake.domain.naming import named
from services.intake.domain.postponing import without_reason
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseState
from shared.rules.language.vocabulary import BY_CLOCK
from shared.rules.pack.model import Pack, Procedure, Step
from shared.rules.worktime.pauses import LAST_YEAR


def refuse(
    pack: Pack,
    case: Case,
    key: str,
    actor: Actor,
    given: Given,
    at: datetime,
    stands_in: Collection[str] = (),
) -> Refusal | None:
    """Return why the step may not be taken with what was given, or None when it may."""
    if no := why_not(pack, case, key, actor, stands_in):
        return no
    step = pack.steps[key]
    return lacking(pack, step, given, at) or without_reason(pack, case, step, actor, given)


def why_not(
    pack: Pack, case: Case, key: str, actor: Actor, stands_in: Collection[str] = ()
) -> Refusal | None:
    """Return why this actor may not take the step now, or None when it is open to the actor.

    Args:
        stands_in: units of those who are away and whose substitute the actor is.
    """
    step = pack.steps.get(key)
    if step is None:
        return refusal("step-unknown", {"step": key[:100]}, step=key)
    return next(_objections(pack, case, step, actor, stands_in), None)


def _objections(
    pack: Pack, case: Case, step: Step, actor: Actor, stands_in: Collection[str]
) -> Iterator[Refusal]:
    if not is_among(actor, step.who, pack, case, stands_in):
        who = (*step.who, *(BY_CLOCK.chinese if step.by_clock else ()))
        yield refusal("step-not-yours", {"step": step.key}, step=step.name, who=named(pack, who))
    yield from _not_now(pack, case, step)


def why_not_now(pack: Pack, case: Case, step: Step) -> Refusal | None:
    """Return why nobody may take the step as the case stands, or None."""
    return next(_not_now(pack, case, step), None)


def _not_now(pack: Pack, case: Case, step: Step) -> Iterator[Refusal]:
    where, name = {"step": step.key}, step.name
    if case.state is CaseState.DRAFT:
        yield refusal("case-is-draft", where)
    if ended := endings_of(case):
        yield refusal("case-ended", where, state=named(pack, ended))
    if missing := [key for key in step.awaits if not case.stands(key)]:
        yield refusal(
            "step-not-now", {**where, "after": ", ".join(missing)}, step=name, marks=named(pack, missing)
        )
    if standing := [key for key in step.before if case.stands(key)]:
        yield refusal(
            "step-too-late", {**where, "before": ", ".join(standing)}, step=name, marks=named(pack, standing)
        )
    if _answers(pack, step) and case.progress.request(step.key) is None:
        yield refusal("request-not-pending", where, step=name)
    if not step.any_time:
        yield from _order(pack, case, step, where, name)


def _answers(pack: Pack, step: Step) -> bool:
    """Tell whether the step answers requests, which it can do while one is pending alone."""
    asked = (effect for asking in pack.steps.values() for effect in asking.does if effect.refusal)
    return any(step.key in (effect.value, effect.refusal) for effect in asked)


def _order(
    pack: Pack, case: Case, step: Step, where: Mapping[str, str | int], name: Text
) -> Iterator[Refusal]:
    """The procedure's order: nothing required is left out, nothing passed over is taken later."""
    # The answer may bring another procedure, in which this step has another place or none.
    if case.awaiting is not None:
        yield refusal("step-awaits-decision", where, step=name)
    approvals = case.progress.approvals
    if approvals and step.key not in approvals and case.progress.request(step.key) is None:
        yield refusal("step-awaits-approval", {**where, "approval": ", ".join(approvals)}, step=name)
    procedure = procedure_of(pack, case)
    if procedure is None or step.key not in procedure.steps:
        yield refusal(
            "step-not-in-procedure", where, step=name, procedure=procedure.name if procedure else "-"
        )
        return
    if left_out := _left_out(pack, case, procedure, step):
        yield refusal(
            "step-not-yet", {**where, "first": ", ".join(left_out)}, step=name, first=named(pack, left_out)
        )
    if passed := _passed_by(case, procedure, step):
        yield refusal("step-passed", {**where, "by": passed}, step=name, by=named(pack, [passed]))


def procedure_of(pack: Pack, case: Case) -> Procedure | None:
    """Return the procedure that the case follows now, None before the first decision."""
    return pack.procedures.get(case.assignment.procedure) if case.assignment else None


def _left_out(pack: Pack, case: Case, procedure: Procedure, step: Step) -> list[str]:
    earlier = procedure.steps[: procedure.steps.index(step.key)]
    return [key for key in earlier if key not in procedure.optional and not is_done(pack.steps[key], case)]


def is_done(step: Step, case: Case) -> bool:
    """Tell whether a step counts as done: taken in this procedure, or all that it reaches stands already.

    So an automatic acceptance does the work of a procedure's step 'accept'.
    """
    reaches = milestones_of(step)
    return step.key in case.progress.taken or (bool(reaches) and all(map(case.stands, reaches)))


def _passed_by(case: Case, procedure: Procedure, step: Step) -> str | None:
    later = procedure.steps[procedure.steps.index(step.key) + 1 :]
    return next((key for key in later if key in case.progress.run), None)


def lacking(pack: Pack, step: Step, given: Given, at: datetime) -> Refusal | None:
    """Return what is missing of what must come with a step, or what does not belong to it; or None."""
    where = {"step": step.key}
    if missing := [name for name in step.needs if name not in given.names]:
        return refusal("step-needs", {**where, "needs": ", ".join(missing)}, missing=named(pack, missing))
    if foreign := [name for name in given.names if name not in takes(step)]:
        return refusal(
            "step-takes-not", {**where, "fact": ", ".join(foreign)[:200]}, facts=named(pack, foreign)
        )
    return _unusable_due(given.due_at, at, where) if given.due_at is not None else None


def _unusable_due(due_at: datetime, at: datetime, where: Mapping[str, str | int]) -> Refusal | None:
    if due_at <= at:
        return refusal("due-in-the-past", {**where, "field": "due_at"})
    # Nothing could be reckoned from it: no warning before it, no reminder after it.
    if due_at.year > LAST_YEAR:
        return refusal("due-too-far", {**where, "field": "due_at"}, year=LAST_YEAR)
    return None


def takes(step: Step) -> Collection[str]:
    """Return the names of everything that may come with the step."""
    return (*step.needs, *step.may_have)
