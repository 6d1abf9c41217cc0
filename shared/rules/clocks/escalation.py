"""One step of a clock's escalation: who hears of a breach when, and how often again (催办).

Decides what a step becomes when it has been told, and what is left of it when that is taken back. Must not know
calendars: whoever counts days says when the next reminder is due.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from shared.kernel.instants import Instant

# A case that comes with a past of years, reminded of daily, is not counted through to the present reminder by reminder.
MOST_PASSED_OVER = 1000


class Telling(NamedTuple):
    """When something is told; `at` None: never, or not known. `missing_year`: whose calendar it takes to be sure."""

    at: datetime | None
    missing_year: int | None = None


NEVER = Telling(None)
Next = Callable[[datetime], Telling]  # the instant of a reminder → the following one


class EscalationStep(Struct, frozen=True, array_like=True):
    """One step: when, to which units, reaching which milestone.

    Args:
        at: when it is told next; None: at the breach, not known, or never again.
        is_later: some time after the breach, not at it.
        to: units, 'jurisdiction/unit'.
        first_at: when it is told first; None as for `at`.
        repeats: it is told again and again; most: how often in all, None: until the clock stops.
        told: how often a step that repeats has been told; last_at: when last.
        missing_year: whose calendar it takes to say when it is told, or to say it for certain (RC-22); None: none.
    """

    at: Instant | None
    is_later: bool
    to: tuple[str, ...]
    mark: str | None
    first_at: Instant | None = None
    repeats: bool = False
    most: int | None = None
    told: int = 0
    last_at: Instant | None = None
    missing_year: int | None = None

    @property
    def is_exhausted(self) -> bool:
        """Tell whether it has been told as often as it may be."""
        # Without a greatest number the bound is always one ahead: only the clock's stop ends such a step.
        return self.told >= (self.most or self.told + 1) if self.repeats else self.told > 0

    def told_at(self, at: datetime, next_at: Next, silent_until: datetime | None = None) -> "EscalationStep":
        """Return the step after it was told at `at`, with the instant of the next time.

        Reminders that lie before `silent_until` are passed over: they count, and nobody hears them. After very many
        of them the next one comes at `silent_until` itself.

        Args:
            next_at: gives the instant of the reminder that follows one.
            silent_until: None: nobody is spared.
        """
        if not self.repeats:
            return self
        told = replace(self, told=self.told + 1, last_at=at, at=None)
        for _ in range(MOST_PASSED_OVER):
            following, year = NEVER if told.is_exhausted or told.last_at is None else next_at(told.last_at)
            # From `silent_until` itself on the case is here, and a reminder at that instant is heard.
            if following is None or silent_until is None or following >= silent_until:
                return replace(told, at=following, missing_year=year)
            told = replace(told, told=told.told + 1, last_at=following)
        return replace(told, at=silent_until)

    def untold(self) -> "EscalationStep":
        """Return the step as it was before anybody was told."""
        return replace(self, at=self.first_at, told=0, last_at=None) if self.repeats else self

    def told_until(self, at: datetime, breached_at: datetime, next_at: Next) -> "EscalationStep":
        """Return a step that repeats without what was told after `at`.

        Told anew from the beginning as often as it had been by then: only the last time is kept, not each.

        Args:
            breached_at: when it was told first, where the step came with the breach.
        """
        if self.last_at is None or self.last_at <= at:
            return self
        step, moment = self.untold(), self.first_at or breached_at
        # Never more often than it really was told, however many would fit by the calendar as it is now.
        while moment <= at and step.told < self.told:
            step = step.told_at(moment, next_at)
            if step.at is None:
                break
            moment = step.at
        return step
