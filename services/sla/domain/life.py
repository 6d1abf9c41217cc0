"""What has happened to a case so far, as far as time limits need it.

Decides which milestones stand, since when, in which round and under which decision; and what a step adds to
that. Must not know limits, deadlines or rules. A life never forgets: marks fall, but their first instant
stays (A-7).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.rules.worktime.pauses import Span

MERGED = "merged"  # into another case, which goes on with it
FINAL = frozenset({"closed", "rejected", MERGED})
ALL_STAGES = "all"


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone: when it was reached first and last, and whether it stands."""

    first_at: datetime
    at: datetime
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A due instant written by a person (P000.26, RC-9)."""

    at: datetime
    due_at: datetime
    round: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a message says has happened, in the words of clocks.

    Args:
        marks: milestones reached; undone: milestones that fell.
        effects: (kind, value), as steps declare them.
        decision: number of the decision in force, 0 before the first; an acceptance that a new decision asks for
            again is among `undone` (RC-12).
        due_at: written by a person, with an effect 'extend' or 'set due'.
        is_new_situation: something that rules may look at has changed.
        awaits_decision: who handles the case is being decided again; until then no limit can be said to apply anew.
        unit: who leads now; level: the level that handles it now.
        silent_until: what became true before that happened before the case came here; None: nothing did.
    """

    at: datetime
    marks: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    effects: tuple[tuple[str, str | None], ...] = ()
    round: int = 1
    decision: int = 0
    due_at: datetime | None = None
    is_new_situation: bool = True
    awaits_decision: bool = False
    unit: str | None = None
    level: str | None = None
    silent_until: datetime | None = None

    def has(self, kind: str, stage: str) -> bool:
        """Tell whether the step has an effect on a stage, by its name or by 'all'."""
        return any(found == kind and value in (stage, ALL_STAGES) for found, value in self.effects)


@dataclass(frozen=True, slots=True)
class Life:
    """A case's past.

    Args:
        pauses: per stage, in order; the last one may be open. They belong to the case and outlive any clock.
        stopped: per stage, when a step stopped it.
        reopened_at: begin of the present round, None in the first; fell: what fell with it (RC-13).
    """

    marks: Mapping[str, Mark] = field(default_factory=dict)
    pauses: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    round: int = 1
    decision: int = 0
    reopened_at: datetime | None = None
    fell: frozenset[str] = frozenset()

    @property
    def is_over(self) -> bool:
        """Tell whether the case is closed, rejected or merged: nothing runs any more."""
        return any(self.stands(mark) for mark in FINAL)

    def stands(self, mark: str) -> bool:
        """Tell whether a milestone was reached and has not fallen."""
        return mark in self.marks and self.marks[mark].stands

    def paused_since(self, stage: str) -> datetime | None:
        """Return when the stage's open pause began, or None."""
        spans = self.pauses.get(stage, ())
        return spans[-1].begin_at if spans and spans[-1].end_at is None else None

    def until(self, stage: str, at: datetime) -> "Life":
        """Return the life with the stage's pauses as they stood at `at`; an open one ends there."""
        spans = tuple(
            Span(span.begin_at, min(span.end_at or at, at))
            for span in self.pauses.get(stage, ())
            if span.begin_at < at
        )
        return replace(self, pauses={**self.pauses, stage: spans})

    def after(self, step: Step, stages: Collection[str]) -> "Life":
        """Return the life with a step added; `stages` are all that 'all' means."""
        is_new_round = step.round > self.round
        undone = frozenset(step.undone)
        return replace(
            self,
            marks=self._marks_after(step, undone),
            pauses=self._pauses_after(step, stages),
            written=self._written_after(step, stages),
            stopped={**self.stopped, **{stage: step.at for stage in stages if step.has("stop", stage)}},
            round=max(step.round, self.round),
            decision=max(step.decision, self.decision),
            reopened_at=step.at if is_new_round else self.reopened_at,
            fell=undone if is_new_round else self.fell,
        )

    def _marks_after(self, step: Step, undone: frozenset[str]) -> dict[str, Mark]:
        marks = {
            name: replace(mark, stands=False) if name in undone else mark for name, mark in self.marks.items()
        }
        for name in step.marks:
            first_at = marks[name].first_at if name in marks else step.at
            marks[name] = Mark(first_at, step.at)
        return marks

    def _pauses_after(self, step: Step, stages: Collection[str]) -> Mapping[str, tuple[Span, ...]]:
        pauses = dict(self.pauses)
        for stage in stages:
            begun = self.paused_since(stage)
            if begun is None and step.has("pause", stage):
                pauses[stage] = (*pauses.get(stage, ()), Span(step.at))
            elif begun is not None and step.has("resume", stage):
                pauses[stage] = (*pauses[stage][:-1], Span(begun, max(begun, step.at)))
        return pauses

    def _written_after(self, step: Step, stages: Collection[str]) -> Mapping[str, Written]:
        if step.due_at is None:
            return self.written
        written = Written(step.at, step.due_at, step.round)
        meant = [stage for stage in stages if step.has("set due", stage) or step.has("extend", stage)]
        return {**self.written, **dict.fromkeys(meant, written)}
