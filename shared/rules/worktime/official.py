"""The official calendar of working days of China, with make-up days (调休), for the years that have data.

Decides nothing: hands on the table of the `chinese_calendar` package. Knows no town.
"""

from datetime import date
from functools import cache

from chinese_calendar.constants import Holiday, holidays, workdays

from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text
from shared.rules.worktime.days import DayKind


@cache
def official_years() -> range:
    """Return the years that the official table covers."""
    return range(min(holidays).year, max(holidays).year + 1)


def official_day(on: date) -> tuple[DayKind, Text] | None:
    """Return what the official table says of a day and its name, None where it says nothing: an ordinary day.

    Within `official_years` it lists every holiday and every make-up day; beyond them None means nothing.
    """
    if on in workdays:
        return DayKind.MAKE_UP, _name(workdays[on])
    if on in holidays:
        return DayKind.HOLIDAY, _name(holidays[on])
    return None


@cache
def official_revision() -> str:
    """Return a hash of the whole table: another edition of it has another revision."""
    rest = {on.isoformat(): name for on, name in holidays.items()}
    work = {on.isoformat(): name for on, name in workdays.items()}
    return content_hash({"holidays": rest, "make_up": work})


def _name(english: str) -> Text:
    return Text(zh=str(Holiday(english).chinese), en=english)
