"""Instants, days and the time that remains, as people of a town write them.

Decides the words and their order; what is near, `domain.time_left` decides. Babel knows the customs of both languages.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_timedelta, get_timezone

from services.console.api.words import PageWords
from services.console.domain.time_left import DueBand, TimeLeft, time_left
from shared.kernel.texts import Language

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAY = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
DAY_AND_YEAR = {"zh": "y年M月d日 EEE", "en": "EEE d MMM y"}
MONTH = {"zh": "y年M月", "en": "MMMM y"}
MONTH_ALONE = {"zh": "M月", "en": "MMMM"}
BEFORE_TIME = {"zh": " ", "en": ", "}
MOST_DAYS = 4096  # that are kept as they are written


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Writes instants.

    Args:
        zone: IANA name of the town's.
        now: the instant of the page.
        always_year: every day has its year.
    """

    words: PageWords
    language: Language
    zone: str
    now: datetime
    always_year: bool = False

    @property
    def on_paper(self) -> "TimeWords":
        """How instants are written on what is kept: with their year."""
        return replace(self, always_year=True)

    def at(self, instant: datetime | None) -> str:
        """Return day and time."""
        if instant is None:
            return ""
        return f"{self.day(instant)}{BEFORE_TIME[self.language]}{self._local(instant):%H:%M}"

    def day(self, instant: datetime | date | None) -> str:
        """Return a day with its weekday."""
        if instant is None:
            return ""
        if isinstance(instant, datetime):
            return _written(self._local(instant).date(), self._day_pattern(instant), LOCALES[self.language])
        pattern = DAY_AND_YEAR if self.always_year else DAY
        return _written(instant, pattern[self.language], LOCALES[self.language])

    def month(self, first: date, *, alone: bool = False) -> str:
        """Return a month, with its year unless that is said already."""
        return _written(first, (MONTH_ALONE if alone else MONTH)[self.language], LOCALES[self.language])

    def due(self, instant: datetime | None) -> str:
        """Return a due instant; midnight is the end of the day before, 24:00."""
        if instant is None:
            return ""
        local = self._local(instant)
        if local.hour == local.minute == local.second == 0:
            return f"{self.day(instant - timedelta(seconds=1))} 24:00"
        return self.at(instant)

    def ago(self, instant: datetime) -> str:
        """Return how long ago an instant is."""
        return format_timedelta(instant - self.now, add_direction=True, locale=LOCALES[self.language])

    def left(self, due_at: datetime | None, *, is_over: bool = False) -> TimeLeft:
        """Return what remains until a due instant."""
        return time_left(due_at, self.now, self.zone, is_over=is_over)

    def spoken(self, left: TimeLeft) -> str:
        """Return what remains in words: two parts at most, the larger first."""
        if left.band in (DueBand.NONE, DueBand.OVER):
            return self.words.say(self.language, f"time.{left.band}")
        parts = [("days", left.days), ("hours", left.hours), ("minutes", left.minutes)]
        told = [(unit, number) for unit, number in parts if number][:2] or [("minutes", 0)]
        amount = " ".join(self.words.say(self.language, f"time.{unit}", n=number) for unit, number in told)
        key = "time.late" if left.band is DueBand.LATE else "time.left"
        return self.words.say(self.language, key, amount=amount)

    def amount(self, seconds: int) -> str:
        """Return how long something lasted: two parts at most, the larger first."""
        parts = (
            ("days", seconds // 86400),
            ("hours", seconds % 86400 // 3600),
            ("minutes", seconds % 3600 // 60),
        )
        told = [(unit, number) for unit, number in parts if number][:2] or [("minutes", 0)]
        return " ".join(self.words.say(self.language, f"time.{unit}", n=number) for unit, number in told)

    @property
    def today(self) -> date:
        """The day that it is in the town."""
        return self._local(self.now).date()

    def iso(self, instant: datetime) -> str:
        """Return an instant for machines."""
        return instant.astimezone(UTC).isoformat(timespec="seconds")

    def _day_pattern(self, instant: datetime) -> str:
        """The year is told where it is not this one."""
        is_this_year = self._local(instant).year == self._local(self.now).year
        return DAY[self.language] if is_this_year and not self.always_year else DAY_AND_YEAR[self.language]

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(get_timezone(self.zone))


@lru_cache(MOST_DAYS)
def _written(day: date, pattern: str, locale: str) -> str:
    """A page of a list has a hundred instants of some twenty days."""
    return format_date(day, pattern, locale=locale)
