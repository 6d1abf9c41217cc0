"""Instants, days and the time that remains, as people of a town write them.

Decides the words and their order; what is near, `domain.time_left` decides. Babel knows the customs of both languages.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone

from services.console.api.words import PageWords
from services.console.domain.time_left import DueBand, TimeLeft, time_left
from shared.kernel.texts import Language

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAY = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
DAY_AND_YEAR = {"zh": "y年M月d日 EEE", "en": "EEE d MMM y"}
TIME = {"zh": " HH:mm", "en": ", HH:mm"}


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Writes instants.

    Args:
        zone: IANA name of the town's.
        now: the instant of the page.
    """

    words: PageWords
    language: Language
    zone: str
    now: datetime

    def at(self, instant: datetime | None) -> str:
        """Return day and time."""
        return (
            ""
            if instant is None
            else self._formatted(instant, f"{self._day_pattern(instant)}{TIME[self.language]}")
        )

    def day(self, instant: datetime | date | None) -> str:
        """Return a day with its weekday."""
        if instant is None:
            return ""
        if isinstance(instant, datetime):
            return self._formatted(instant, self._day_pattern(instant))
        return format_date(instant, DAY[self.language], locale=LOCALES[self.language])

    def due(self, instant: datetime | None) -> str:
        """Return a due instant; midnight is the end of the day before, 24:00."""
        if instant is None:
            return ""
        local = instant.astimezone(get_timezone(self.zone))
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

    def iso(self, instant: datetime) -> str:
        """Return an instant for machines."""
        return instant.astimezone(UTC).isoformat(timespec="seconds")

    def _day_pattern(self, instant: datetime) -> str:
        """The year is told where it is not this one."""
        zone = get_timezone(self.zone)
        is_this_year = instant.astimezone(zone).year == self.now.astimezone(zone).year
        return DAY[self.language] if is_this_year else DAY_AND_YEAR[self.language]

    def _formatted(self, instant: datetime, pattern: str) -> str:
        return format_datetime(
            instant, pattern, tzinfo=get_timezone(self.zone), locale=LOCALES[self.language]
        )
