"""Does the town's own condition of a step hold, and is it still in time?

Decides by its `when`, as both evaluators find it, and by the clock of its `no_later_than`; says what is otherwise
than the condition wants. Whose step it is, and the procedure's order, are the guard's. Where the evaluators differ
the step is not taken: what was done in error can't be undone.
"""

from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain.case import Case, snapshot_of
from services.intake.domain.milestones import PUBLISHED
from services.intake.domain.naming import named, tests_in_words
from services.intake.domain.refusal import Refusal, refusal
from shared.kernel.instants import format_instant, local_label
from shared.kernel.texts import Text
from shared.rules.case.situation import Situation, situation_of
from shared.rules.case.timing import local_day
from shared.rules.decide.answers import Answers
from shared.rules.decide.compiled import CompiledRules, CompiledRulesCache
from shared.rules.decide.explain import explain
from shared.rules.pack.model import Pack, Step, StepCondition


@dataclass(slots=True)
class Doubt(Refusal):
    """The evaluators differ about a step's condition.

    Args:
        answers: what each said.
    """

    answers: Answers = field(default_factory=dict)


def why_not_by_rule(
    compiled: CompiledRulesCache, pack: Pack, case: Case, step: Step, at: datetime
) -> Refusal | None:
    """Return what the step's own condition or clock has against it now, or None.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    return _past_due(pack, case, step, at) or _not_applying(compiled, pack, case, step)


def _past_due(pack: Pack, case: Case, step: Step, at: datetime) -> Refusal | None:
    """A clock that is withheld or paused has no due instant to be past; of several the earliest counts."""
    stage = step.no_later_than
    if stage is None:
        return None
    where: dict[str, str | int] = {"step": step.key, "clock": stage}
    terms = {"step": step.name, "clock": named(pack, [stage]), "because": ", ".join(step.because) or "–"}
    running = [clock for clock in case.clocks.values() if clock.stage == stage]
    if not running:
        return refusal("step-clock-not-running", where, **terms)
    due_at = min((clock.due_at for clock in running if clock.due_at), default=None)
    # A due instant is exclusive: at that very instant it is past.
    if due_at is None or at < due_at:
        return None
    label = local_label(due_at, pack.zone, ends_day=True)
    return refusal("step-past-due", {**where, "due_at": format_instant(due_at)}, **terms, label=label)


def _not_applying(compiled: CompiledRulesCache, pack: Pack, case: Case, step: Step) -> Refusal | None:
    condition = step.condition
    if condition is None:
        return None
    situation, where = situation_of(snapshot_of(case)), {"step": step.key}
    allowed = compiled.of(pack).allows(step.key, situation)
    if not allowed.agreed:
        return Doubt("step-in-doubt", where, {"step": step.name}, allowed.answers)
    if allowed.holds:
        return None
    terms = {"step": step.name, "because": ", ".join(step.because) or "–"}
    return refusal("step-does-not-apply", where, **terms, tests=_failing(pack, case, situation, condition))


def unmet_marks(rules: CompiledRules, case: Case, step: Step) -> dict[str, Refusal] | Doubt:
    """Return the marks of a step that it does not reach, each with why; or that the evaluators differ about one.

    Args:
        case: as it would stand with the step.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    situation, unmet = situation_of(snapshot_of(case)), dict[str, Refusal]()
    for mark, condition in step.mark_conditions.items():
        met = rules.allows(condition.origin.rule, situation)
        if not met.agreed:
            return Doubt("step-in-doubt", {"step": step.key, "mark": mark}, {"step": step.name}, met.answers)
        if not met.holds:
            tests = _failing(rules.pack, case, situation, condition)
            unmet[mark] = _not_reached(rules.pack, step, mark, tests)
    return unmet


def _not_reached(pack: Pack, step: Step, mark: str, tests: Text) -> Refusal:
    if mark == PUBLISHED:
        because = ", ".join(step.because) or "–"
        return refusal("not-published", {"step": step.key}, step=step.name, because=because, tests=tests)
    where = {"step": step.key, "mark": mark}
    return refusal("mark-not-reached", where, mark=named(pack, [mark]), tests=tests)


def _failing(pack: Pack, case: Case, situation: Situation, condition: StepCondition) -> Text:
    """What a condition wants and does not find, in words."""
    (reason,) = explain(pack, situation, local_day(pack, case.reported_at), [condition]).rules
    return tests_in_words(pack, [test for test in reason.tests if not test.holds])
