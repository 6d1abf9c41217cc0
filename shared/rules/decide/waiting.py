"""From when a step may be taken that has to wait: by the town's calendar and the nearest readings.

Decides what becomes of a year without a calendar (RC-22): under `refuse` the instant is not known and the step
stays closed, since a time that must have passed is never presumed to have; under `provisional` it is reckoned by
weekends. Pauses are clocks' and move no waiting time. Must not know cases.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.pack.model import NotBefore, Pack
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import Deadline, due
from shared.rules.worktime.readings import TimeReadings


@dataclass(frozen=True, slots=True)
class Opening:
    """The end of a waiting time.

    Args:
        since_at: when it began; aware.
        ends: as a limit of that amount would end; None: it can't be counted.
        missing_year: whose calendar that takes; None: it can be counted.
    """

    since_at: datetime
    ends: Deadline | None
    missing_year: int | None

    def is_open(self, at: datetime) -> bool:
        """Tell whether the time has passed at `at`; an end that can't be counted is never presumed to be past."""
        # The end is exclusive, as every due instant: at that very instant the time has passed.
        return self.ends is not None and at >= self.ends.due_at


def opening(pack: Pack, waiting: NotBefore, since_at: datetime, days: AmendedDays | None = None) -> Opening:
    """Return when a waiting time that began at `since_at` ends.

    Args:
        waiting: amount and readings, as the pack's step has them.
        since_at: aware.
        days: the town's published days, as `calendar.published` says them; None: there are none.

    Raises:
        InstantOutOfRange: an instant that no limit can have.
    """
    try:
        ends = due(
            start_at=since_at,
            amount=waiting.amount,
            calendar=calendar_of(pack, days),
            readings=TimeReadings.of({**pack.readings, **waiting.readings}),
        )
    except CalendarMissing as missing:
        return Opening(since_at, None, missing.year)
    return Opening(since_at, ends, None)
