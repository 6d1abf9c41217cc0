"""A rung of a clock's escalation: who hears of a breach when, and how often again (催办).

Decides what a rung becomes when it has been told, and what is left of it when that is taken back. Must not know
calendars: whoever counts days says when the next reminder is due.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

MOST_PASSED_OVER = 1000
Next = Callable[[datetime], datetime | None]  # the instant of a reminder → that of the following one


@dataclass(frozen=True, slots=True)
class Rung:
    """One escalation: when, to which units, reaching which milestone.

    Args:
        at: when it is told next; None: at the breach, not known, or never again.
        is_later: some time after the breach, not at it.
        first_at: when it is told first; None as for `at`.
        repeats: it is told again and again; most: how often in all, None: until the clock stops.
        told: how often a rung that repeats has been told; last_at: when last.
    """

    at: datetime | None
    is_later: bool
    to: tuple[str, ...]
    mark: str | None
    first_at: datetime | None = None
    repeats: bool = False
    most: int | None = None
    told: int = 0
    last_at: datetime | None = None

    @property
    def is_exhausted(self) -> bool:
        """Tell whether it has been told as often as it may be."""
        return self.told >= (self.most or self.told + 1) if self.repeats else self.told > 0

    def is_told(self, at: datetime, next_at: Next, silent_until: datetime | None = None) -> "Rung":
        """Return the rung after it was told at `at`, with the instant of the next time.

        Reminders that lie before `silent_until` are passed over: they count, and nobody hears them. After very many
        of them the next one comes at `silent_until` itself.
        """
        if not self.repeats:
            return self
        told = replace(self, told=self.told + 1, last_at=at, at=None)
        for _ in range(MOST_PASSED_OVER):
            following = None if told.is_exhausted or told.last_at is None else next_at(told.last_at)
            if following is None or silent_until is None or following >= silent_until:
                return replace(told, at=following)
            told = replace(told, told=told.told + 1, last_at=following)
        return replace(told, at=silent_until)

    def untold(self) -> "Rung":
        """Return the rung as it was before anybody was told."""
        return replace(self, at=self.first_at, told=0, last_at=None) if self.repeats else self

    def told_until(self, at: datetime, breached_at: datetime, next_at: Next) -> "Rung":
        """Return a rung that repeats without what was told after `at`."""
        if self.last_at is None or self.last_at <= at:
            return self
        rung, moment = self.untold(), self.first_at or breached_at
        while moment <= at and rung.told < self.told:
            rung = rung.is_told(moment, next_at)
            if rung.at is None:
                break
            moment = rung.at
        return rung
