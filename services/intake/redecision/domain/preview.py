"""What another edition would make of a case: who would have it, and what would become of its limits.

Decides how clocks before and after stand side by side. How they came about is `domain.reliving`'s. Must
not know stores.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.rules.case.snapshot import Assignment
from shared.rules.clocks.clock import Clock, ClockState
from shared.rules.decide.answers import Decision, Unroutable


@dataclass(frozen=True, slots=True)
class ClockPreview:
    """A limit as it runs.

    Args:
        due_at: None while it is paused, withheld, or to be set by a person.
        missing_year: the year whose calendar is not known yet (RC-22).
    """

    rule: str
    state: ClockState
    due_at: datetime | None
    label: str | None
    missing_year: int | None


@dataclass(frozen=True, slots=True)
class DeadlinePreview:
    """One limit before and after; None: it does not run."""

    stage: str
    before: ClockPreview | None
    after: ClockPreview | None

    @property
    def is_moved(self) -> bool:
        """Tell whether it begins, ends, or falls due at another instant."""
        if self.before is None or self.after is None:
            return True
        return self.before.due_at != self.after.due_at


@dataclass(frozen=True, slots=True)
class CasePreview:
    """What would become of one case.

    Args:
        before: who has it; None before the first decision. answer: what the rules say of it then.
        by_time: steps that its limits then let time take at once, where the case allows them; `deadlines` are those
            before any such step.
    """

    before: Assignment | None
    answer: Decision | Unroutable
    deadlines: tuple[DeadlinePreview, ...]
    by_time: tuple[str, ...] = ()


def side_by_side(before: Sequence[Clock], now: Sequence[Clock]) -> Iterator[DeadlinePreview]:
    """Yield the open clocks of both: each that runs on beside itself, then those that begin.

    A clock that ends stands beside one that begins in its stage, first of all by the same rule.
    """
    running = {clock.id: clock for clock in now if clock.is_open}
    begun = [clock for clock in running.values() if clock.id not in {clock.id for clock in before}]
    for clock in before:
        if clock.is_open:
            beside = running.get(clock.id) or _successor(clock, begun)
            if beside in begun:
                begun.remove(beside)
            yield DeadlinePreview(clock.stage, _shown(clock), _shown(beside) if beside else None)
    yield from (DeadlinePreview(clock.stage, None, _shown(clock)) for clock in begun)


def _successor(ended: Clock, begun: Sequence[Clock]) -> Clock | None:
    of_stage = [clock for clock in begun if clock.stage == ended.stage]
    same_rule = [clock for clock in of_stage if clock.rule == ended.rule]
    return next(iter([*same_rule, *of_stage]), None)


def _shown(clock: Clock) -> ClockPreview:
    return ClockPreview(clock.rule, clock.state, clock.due_at, clock.label, clock.missing_year)
