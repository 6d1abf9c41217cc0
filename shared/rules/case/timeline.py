"""What has happened to a case so far: the fold of its steps and decisions, the same in every service.

Decides which milestones stand, since when, in which round and under which decision, what was paused, stopped and
written; and what a step adds to that. Must not know limits, deadlines or rules. A timeline never forgets:
milestones fall, but their first instant stays (A-7).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from shared.kernel.instants import Instant
from shared.rules.pack.model import EffectKind
from shared.rules.worktime.pauses import Span

REPORTED = "reported"
DECIDED = "assigned"  # the milestone that every decision reaches
MERGED = "merged"  # into another case, which goes on with it
FINAL = frozenset({"closed", "rejected", MERGED})
ALL_STAGES = "all"


class StepEffect(Struct, frozen=True, array_like=True):
    """One thing that a step did; `value` names what it did it to, such as a stage; None: nothing in particular."""

    kind: EffectKind
    value: str | None = None


class Milestone(Struct, frozen=True, array_like=True):
    """When a milestone was reached first and last, and whether it stands.

    Args:
        first_at: never changes (A-7).
        at: the latest time.
        stands: False: it has fallen since.
    """

    first_at: Instant
    at: Instant
    stands: bool = True


def milestones_after(
    before: Mapping[str, Milestone], undone: Iterable[str], reached: Iterable[str], at: datetime
) -> dict[str, Milestone]:
    """Return milestones once some fell and others were reached at an instant; none is ever forgotten.

    Args:
        undone: those that fall; one that was never reached is passed over.
        reached: applied after them: what falls and is reached by one step stands, as of now.
    """
    marks = dict(before)
    for name in undone:
        if name in marks:
            marks[name] = replace(marks[name], stands=False)
    for name in reached:
        first_at = marks[name].first_at if name in marks else at
        marks[name] = Milestone(first_at, at)
    return marks


class WrittenDue(Struct, frozen=True, array_like=True):
    """A due instant written by a person (P000.26, RC-9).

    Args:
        at: when it was written; round: in which.
        due_at: what was written; exclusive.
    """

    at: Instant
    due_at: Instant
    round: int


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One thing that happened to a case: a report, a step, a decision that took effect.

    Args:
        at: when it happened.
        marks: milestones reached; undone: milestones that fell.
        effects: as the pack's step declares them.
        decision: number of the decision in force, 0 before the first; an acceptance that a new decision asks for
            again is among `undone` (RC-12).
        due_at: written by a person, with an effect 'extend' or 'set due'.
        asked_at: when more time was asked for that the step grants; None: at `at`.
        is_new_situation: something that rules may look at has changed.
        awaits_decision: who handles the case is being decided again; until then no limit can be said to apply anew.
        unit: who leads now; level: the level that handles it now.
        silent_until: what became true before that happened before the case came here; None: nothing did.
    """

    at: datetime
    marks: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    effects: tuple[StepEffect, ...] = ()
    round: int = 1
    decision: int = 0
    due_at: datetime | None = None
    asked_at: datetime | None = None
    is_new_situation: bool = True
    awaits_decision: bool = False
    unit: str | None = None
    level: str | None = None
    silent_until: datetime | None = None

    @property
    def counts_from(self) -> datetime:
        """From when more time counts that it grants: whoever asked in time is not late because the answer is."""
        return min(self.asked_at or self.at, self.at)

    def has(self, kind: EffectKind, stage: str) -> bool:
        """Tell whether the step has an effect of this kind on a stage, by its name or by 'all'."""
        return any(effect.kind is kind and effect.value in (stage, ALL_STAGES) for effect in self.effects)


class Timeline(Struct, frozen=True):
    """A case's past.

    What is kept per stage has an entry for 'all' too: what was done to every stage concerns those as well that only a
    later edition times. Ask `pauses_of`, `stopped_at` and `written_for`, which look there.

    Args:
        marks: every milestone that was ever reached.
        written: per stage, the last due instant that a person wrote.
        round: 1, and one more for each reopening; decision: number of the one in force, 0 before the first.
        pauses: per stage, in order; the last one may be open. They belong to the case and outlive any clock.
        stopped: per stage, when a step stopped it.
        reopened_at: begin of the present round, None in the first; fell: what fell with it (RC-13).
    """

    marks: dict[str, Milestone] = field(default_factory=dict)
    pauses: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    written: dict[str, WrittenDue] = field(default_factory=dict)
    stopped: dict[str, Instant] = field(default_factory=dict)
    round: int = 1
    decision: int = 0
    reopened_at: Instant | None = None
    fell: frozenset[str] = frozenset()

    @property
    def is_over(self) -> bool:
        """Tell whether the case is closed, rejected or merged: nothing runs any more."""
        return any(self.stands(mark) for mark in FINAL)

    def stands(self, mark: str) -> bool:
        """Tell whether a milestone was reached and has not fallen."""
        return mark in self.marks and self.marks[mark].stands

    def pauses_of(self, stage: str) -> tuple[Span, ...]:
        """Return a stage's pauses in order; the last one may be open."""
        return self.pauses.get(stage, self.pauses.get(ALL_STAGES, ()))

    def stopped_at(self, stage: str) -> datetime | None:
        """Return when a step stopped a stage last, or None."""
        return self.stopped.get(stage, self.stopped.get(ALL_STAGES))

    def written_for(self, stage: str) -> WrittenDue | None:
        """Return the last due instant that a person wrote for a stage, or None."""
        return self.written.get(stage, self.written.get(ALL_STAGES))

    def paused_since(self, stage: str) -> datetime | None:
        """Return when the stage's open pause began, or None."""
        spans = self.pauses_of(stage)
        return spans[-1].begin_at if spans and spans[-1].end_at is None else None

    def until(self, stage: str, at: datetime) -> "Timeline":
        """Return the timeline with the stage's pauses as they stood at `at`; an open one ends there.

        Only pauses: milestones stay as they are.
        """
        spans = tuple(
            Span(span.begin_at, min(span.end_at or at, at))
            for span in self.pauses_of(stage)
            if span.begin_at < at
        )
        return replace(self, pauses={**self.pauses, stage: spans})

    def after(self, step: TimelineStep, stages: Collection[str]) -> "Timeline":
        """Return the timeline with a step added.

        Args:
            step: the next one, in the order in which its messages are numbered; its instant may lie before others'.
            stages: those that the case's edition times.
        """
        # Every stage that has an entry of its own must go on with it: 'all' speaks only for those that have none.
        stages = dict.fromkeys((*stages, *self.pauses, *self.stopped, *self.written, ALL_STAGES))
        is_new_round = step.round > self.round
        undone = frozenset(step.undone)
        return replace(
            self,
            marks=milestones_after(self.marks, step.undone, step.marks, step.at),
            pauses=self._pauses_after(step, stages),
            written=self._written_after(step, stages),
            stopped={
                **self.stopped,
                **{stage: step.at for stage in stages if step.has(EffectKind.STOP, stage)},
            },
            # A step that says nothing of either does not set them back.
            round=max(step.round, self.round),
            decision=max(step.decision, self.decision),
            reopened_at=step.at if is_new_round else self.reopened_at,
            fell=undone if is_new_round else self.fell,
        )

    def _pauses_after(self, step: TimelineStep, stages: Collection[str]) -> dict[str, tuple[Span, ...]]:
        pauses = dict(self.pauses)
        for stage in stages:
            begun = self.paused_since(stage)
            # A stage is paused or it is not: a second pause begins nothing more, and one resumption ends it.
            if begun is None and step.has(EffectKind.PAUSE, stage):
                pauses[stage] = (*self.pauses_of(stage), Span(step.at))
            elif begun is not None and step.has(EffectKind.RESUME, stage):
                # A step that is dated before the pause began ends it at its begin: no pause lasts less than nothing.
                pauses[stage] = (*self.pauses_of(stage)[:-1], Span(begun, max(begun, step.at)))
        return pauses

    def _written_after(self, step: TimelineStep, stages: Collection[str]) -> dict[str, WrittenDue]:
        if step.due_at is None:
            return self.written
        written = WrittenDue(step.at, step.due_at, step.round)
        meant = [
            stage
            for stage in stages
            if step.has(EffectKind.SET_DUE, stage) or step.has(EffectKind.EXTEND, stage)
        ]
        return {**self.written, **dict.fromkeys(meant, written)}
