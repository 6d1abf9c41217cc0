"""Carrying out a step that may be taken, by a person or by time; and putting on record that one was not.

Decides nothing of its own: whether a step may be taken is the guard's and the town's rules', what it does the domain's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from services.intake.domain.actors import is_reporter
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.conditions import Doubt, unmet_marks, why_not_by_rule
from services.intake.domain.entries import ByClockEntry, StepEntry, StepNotDoneEntry, StepRefusedEntry
from services.intake.domain.given import Given
from services.intake.domain.milestones import ACCEPTED, REOPENED
from services.intake.domain.refusal import Refusal
from services.intake.domain.satisfaction import ReporterWord, note, said_by
from services.intake.domain.steps import asked_at, consequences
from services.intake.domain.waiting import too_early
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier
from services.intake.handlers.earlier import recounted
from services.intake.handlers.emitting import raise_alarm
from services.intake.handlers.links import Linker
from services.intake.handlers.trial import case_with
from services.intake.handlers.visibility import DISAGREEMENT
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import days_of
from shared.kernel.problems import Problem
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import Acceptance, Pack, Step

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ByClock:
    """What lets time take a step.

    Args:
        at: as of when: what fell due did so then, however late anybody hears of it.
        entry: the limit that says so, for the history.
    """

    at: datetime
    entry: ByClockEntry


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """A step with nothing against it.

    Args:
        key: of the step.
        given: what comes with it, typed; note: words for the case file.
        reporter: whose word on the result it is, where staff take the step for somebody who reported it.
        by_clock: None where a person takes it.
    """

    pack: Pack
    actor: Actor
    key: str
    given: Given
    note: str | None = None
    reporter: str | None = None
    by_clock: ByClock | None = None

    @property
    def step(self) -> Step:
        """The step as the pack declares it."""
        return self.pack.steps[self.key]


@dataclass(frozen=True, slots=True)
class StepCarrier:
    """Carries steps out within a transaction."""

    files: SqlCaseFile
    applier: ChangeApplier
    linker: Linker
    compiled: CompiledRulesCache

    def why_not_by_rules(
        self, work: Work, pack: Pack, case: Case, step: Step, at: datetime
    ) -> Refusal | None:
        """Return what the step's own condition, clock or waiting time has against it at an instant, or None."""
        if no := why_not_by_rule(self.compiled, pack, case, step, at):
            return no
        if step.not_before is None:
            return None
        return too_early(pack, case, step, days_of(work.conn, work.flow.calendars, case.town), at)

    def refused(
        self, work: Work, case: Case, actor: Actor, key: str, no: Refusal | Problem, *beside: Struct
    ) -> None:
        """Put on record that a step was not taken; where the evaluators differ, the operator hears."""
        if isinstance(no, Doubt):
            raise_alarm(work, case, DISAGREEMENT, {"about": f"step {key}", "answers": no.answers})
        refused = StepRefusedEntry(key[:_SHOWN], no.code, no.where)
        self.files.record(work, case, "step-refused", actor, refused, *beside)
        self.files.keep(work, case)

    def left_undone(
        self, work: Work, case: Case, actor: Actor, key: str, idle: Refusal, *beside: Struct
    ) -> None:
        """Put on record what a step was to do and did not, where nobody is answered."""
        entry = StepNotDoneEntry(key[:_SHOWN], idle.code, idle.where)
        self.files.record(work, case, "step-not-done", actor, entry, *beside)
        self.files.keep(work, case)

    def unmet(self, work: Work, case: Case, ready: ReadyStep) -> dict[str, Refusal] | Doubt:
        """Return the marks that the step does not reach, by the case as it would stand with what comes with it."""
        pack, step = ready.pack, ready.step
        if not step.mark_conditions:
            return {}
        change = self._change(work, case, ready, step.mark_conditions)
        trial = case_with(work, pack, case, ready.actor, change)
        return unmet_marks(self.compiled.of(pack), trial, step)

    def carry_out(self, work: Work, case: Case, ready: ReadyStep, unmet: Collection[str]) -> AppliedChange:
        """Take the step.

        Args:
            unmet: marks that it does not reach.
        """
        pack, step, given = ready.pack, ready.step, ready.given
        change = self._change(work, case, ready, unmet)
        # A reopening undoes no acceptance: whoever gets the case again from it has accepted already.
        is_reissued = REOPENED in change.reached and case.stands(ACCEPTED)
        applied = AppliedChange(
            "step",
            ready.actor,
            change,
            due_at=given.due_at or _asked_due(case, ready),
            asked_at=asked_at(pack, case, step),
            texts={**change.texts, **change.corrections.texts, **_note(ready)},
            beside=_beside(case, ready, change, work.at),
            accepted=is_reissued or pack.acceptance is Acceptance.AUTOMATIC,
            at=ready.by_clock.at if ready.by_clock else None,
        )
        if change.category is not None:  # before anything is said: the message must not show what is private
            case.private = case.private or pack.categories[change.category].private
        self.applier.apply(work, pack, case, applied)
        self.linker.open_all(work, case, change.links)
        self.linker.flow_back(work, case)
        return applied

    def _change(self, work: Work, case: Case, ready: ReadyStep, unmet: Collection[str]) -> Change:
        change = consequences(ready.pack, case, ready.step, ready.actor, ready.given, unmet)
        return recounted(work, ready.pack, case, change)


def _asked_due(case: Case, ready: ReadyStep) -> datetime | None:
    """The due instant that was asked for, where the step grants it and says no other."""
    request = case.progress.request(ready.key)
    return request.due_at if request is not None and ready.key == request.grant else None


def _note(ready: ReadyStep) -> dict[str, str]:
    return {"note": ready.note} if ready.note else {}


def _beside(case: Case, ready: ReadyStep, change: Change, at: datetime) -> tuple[Struct, ...]:
    entry = StepEntry(
        category=change.category,
        place=change.place,
        corrected=change.corrections.values,
        satisfaction=_word(case, ready, at),
    )
    return (entry, ready.by_clock.entry) if ready.by_clock else (entry,)


def _word(case: Case, ready: ReadyStep, at: datetime) -> ReporterWord | None:
    """Note what the step says of a reporter's satisfaction, also where several reported the case."""
    ref = ready.actor.person if is_reporter(ready.actor, case) else ready.reporter
    is_satisfied = said_by(ready.step)
    return None if ref is None or is_satisfied is None else note(case, ref, is_satisfied, at)
