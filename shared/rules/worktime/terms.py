"""What every way of counting leans on: one calendar under one set of readings.

Decides when a day closes (RC-3, or the limit's own time of day). Must not know amounts.
"""

from datetime import datetime
from typing import NamedTuple

from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.office import OfficeTime
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.wall import instant_of
from shared.rules.worktime.windows import DAY


class Ending(NamedTuple):
    """Where a limit ends, and which days had to be judged for it.

    Args:
        due_at: exclusive, aware UTC.
        day: proleptic ordinal of the day with which the limit ends; None: it ends at an instant.
        minute: of that day at which it ends (1440 is 24:00).
        judged: first and last day whose kind mattered; None: none did.
    """

    due_at: datetime
    day: int | None
    minute: int
    judged: tuple[int, int] | None


class Addition(NamedTuple):
    """What one pause did: how much it added, and whether the end was moved on beside that.

    Args:
        added: in days for whole days, in seconds otherwise.
        moved: why more was granted: 'grace' (the pause began on rest days over which RC-5 had moved the end), 'closed'
            (the pause ended when the day that would have been the last had closed) or 'kept' (the end stays where it
            was); None: no more was.
    """

    begin_at: datetime
    end_at: datetime
    added: float
    moved: str | None


Trace = list[Addition] | None  # where a way of counting notes what each pause did, if anyone asks


class Terms:
    """A calendar under readings, with what is derived from both.

    Args:
        ends_at: minute of its last day at which a limit of whole days ends (1 … 1439), in place of what RC-3 says of
            the close; None: as RC-3 says.

    Attributes:
        workdays: the working days (RC-4, RC-22).
        tz: the zone, ready to convert.
    """

    __slots__ = ("_closes_early", "calendar", "ends_at", "readings", "tz", "workdays")

    def __init__(self, calendar: Calendar, readings: TimeReadings, ends_at: int | None = None) -> None:
        self.calendar = calendar
        self.readings = readings
        self.workdays = calendar.working_days(readings)
        self.tz = calendar.tz
        self.ends_at = ends_at
        # A time that the rule itself gives needs no judgement of the day: whatever the day is, it ends then.
        closes = calendar.has_office_hours and readings.rc3 == "close_of_office"
        self._closes_early = closes and ends_at is None

    @property
    def closes_early(self) -> bool:
        """Tell whether working days may end before 24:00 (RC-3)."""
        return self._closes_early

    @property
    def office(self) -> OfficeTime:
        """The office time under these terms."""
        return OfficeTime(self.calendar, self.workdays)

    def closing_minute(self, day: int) -> int:
        """Return the minute at which a day ends: the limit's own time, the close of office, else 24:00 (RC-3).

        Args:
            day: proleptic ordinal.

        Raises:
            CalendarMissing: whether it is a working day matters, and its year has no data.
        """
        if self.ends_at is not None:
            return self.ends_at
        if self._closes_early and self.workdays.is_working(day):
            # A make-up Saturday closes by Saturday's own hours where there are any, else by the general ones.
            return self.calendar.windows((day + 6) % 7)[-1].end
        return DAY

    def closing(self, day: int) -> datetime:
        """Return the instant at which a day ends."""
        return instant_of(day, self.closing_minute(day), self.tz)
