"""A year's official days from a file as one gets it: the State Council's list as JSON, or an iCalendar feed.

Decides which years such a file covers completely: one that lacks a holiday that every year has was made before that
year was announced, and counting with it would be wrong without anybody noticing.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from shared.kernel.texts import Text
from shared.rules.worktime.calendar_files import from_icalendar
from shared.rules.worktime.days import CalendarError, DayKind, OwnDay, OwnDays

_ALWAYS_OFF = (
    (1, 1),
    (5, 1),
    (10, 1),
)  # month and day: by law off in every year, however the rest is arranged
_MOST_DAYS = 2000


class ListedDay(Struct, frozen=True):
    """One day of the State Council's list as JSON; whatever else stands beside is not read."""

    name: str
    date: date
    is_off: bool = msgspec.field(name="isOffDay")


class YearList(Struct, frozen=True):
    """The State Council's list of one year, in the form in which it is commonly passed on as JSON."""

    year: int
    days: Sequence[ListedDay]


def days_of_file(text: str, years: Sequence[int] = ()) -> OwnDays:
    """Return the days of complete years that a file states.

    Args:
        text: JSON (`{"year": 2027, "days": [{"name": …, "date": …, "isOffDay": …}]}`, or a list of such), or
            iCalendar.
        years: those that are wanted; none: all that are complete.

    Raises:
        CalendarError: neither of the two, or a wanted year – without one, every year – is not complete in it.
    """
    found = _listed(text) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else _fed(text)
    wanted = frozenset(years) or _complete(found)
    if not wanted or wanted - _complete(found):
        missing = ", ".join(map(str, sorted(wanted - _complete(found)))) or "–"
        raise CalendarError(
            "calendar-year-incomplete",
            Text(
                zh=f"文件里没有整年的放假安排（{missing}）：每年都放的元旦、五一、十一不全在里面",
                en=f"the file has no complete year ({missing}): 1 January, 1 May and 1 October are not all off in it",
            ),
            Text(
                zh="国务院公布后重新下载；iCalendar 里的日子要标明（休）或（班）",
                en="download it again once the year is announced; days of an iCalendar must say （休） or （班）",
            ),
        )
    return OwnDays({on: day for on, day in found.items() if on.year in wanted}, wanted)


def _listed(text: str) -> Mapping[date, OwnDay]:
    try:
        read = msgspec.json.decode(text.lstrip("\ufeff"), type=YearList | list[YearList])
    except msgspec.MsgspecError as wrong:
        raise CalendarError(
            "calendar-unreadable",
            Text(zh=f"JSON 读不懂：{wrong}", en=f"this JSON can't be read: {wrong}"),
            Text(
                zh='写成 {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}',
                en='write {"year": 2027, "days": [{"name": "New Year", "date": "2027-01-01", "isOffDay": true}]}',
            ),
        ) from wrong
    lists = read if isinstance(read, list) else [read]
    days: dict[date, OwnDay] = {}
    for listed in [day for year_list in lists for day in year_list.days][:_MOST_DAYS]:
        kind = DayKind.HOLIDAY if listed.is_off else DayKind.MAKE_UP
        if days.setdefault(listed.date, OwnDay(kind, Text(zh=listed.name[:100]))).kind is not kind:
            on = listed.date.isoformat()
            raise CalendarError(
                "calendar-day-twice",
                Text(zh=f"{on} 既放假又补班", en=f"{on} is both holiday and make-up day"),
                Text(zh="核对文件，改对其中一处", en="compare with the announcement and mend one of them"),
            )
    return days


def _fed(text: str) -> Mapping[date, OwnDay]:
    # Feeds list festivals and solar terms too, which are no days off.
    return from_icalendar(text.lstrip("\ufeff"), unmarked="skip").days


def _complete(days: Mapping[date, OwnDay]) -> frozenset[int]:
    return frozenset(
        year
        for year in {on.year for on in days}
        if all(
            (day := days.get(date(year, *on))) is not None and day.kind is DayKind.HOLIDAY
            for on in _ALWAYS_OFF
        )
    )
