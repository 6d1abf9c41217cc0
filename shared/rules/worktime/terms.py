"""What every way of counting leans on: one calendar under one set of readings.

Decides when a day closes (RC-3). Must not know amounts.
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

    `day` and `minute` are set where the limit ends with a day (1440 is 24:00); `judged` holds the first
    and the last day whose kind mattered, None where none did.
    """

    due_at: datetime
    day: int | None
    minute: int
    judged: tuple[int, int] | None


class Addition(NamedTuple):
    """What one pause did: how much it added, and whether the end was moved on beside that.

    `added` is in days for whole days, in seconds otherwise. `moved` says why more was granted:
    'grace' (the pause began on rest days over which RC-5 had moved the end), 'closed' (the pause ended
    when the day that would have been the last had closed) or 'kept' (the end stays where it was).
    """

    begin_at: datetime
    end_at: datetime
    added: float
    moved: str | None


Trace = list[Addition] | None  # where a way of counting notes what each pause did, if anyone asks


class Terms:
    """A calendar under readings, with what is derived from both."""

    __slots__ = ("_closes_early", "calendar", "readings", "tz", "workdays")

    def __init__(self, calendar: Calendar, readings: TimeReadings) -> None:
        self.calendar = calendar
        self.readings = readings
        self.workdays = calendar.working_days(readings)
        self.tz = calendar.tz
        self._closes_early = calendar.has_office_hours and readings.rc3 == "close_of_office"

    @property
    def closes_early(self) -> bool:
        """Tell whether working days may end before 24:00 (RC-3)."""
        return self._closes_early

    @property
    def office(self) -> OfficeTime:
        """The office time under these terms."""
        return OfficeTime(self.calendar, self.workdays)

    def closing_minute(self, day: int) -> int:
        """Return the minute at which a day ends: the close of office of a working day, else 24:00 (RC-3)."""
        if self._closes_early and self.workdays.is_working(day):
            return self.calendar.windows((day + 6) % 7)[-1].end
        return DAY

    def closing(self, day: int) -> datetime:
        """Return the instant at which a day ends."""
        return instant_of(day, self.closing_minute(day), self.tz)
