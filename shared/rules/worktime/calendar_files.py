"""Own days of a calendar from the forms in which people keep them: plain lists and iCalendar text.

Decides what an entry means and refuses what could mean two things. Reads no files: the text is passed in.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal
from unicodedata import normalize

import icalendar

from shared.kernel.texts import Text
from shared.rules.worktime.days import CalendarError, DayKind, OwnDay, OwnDays

_LONGEST_TEXT = 300_000  # characters
_LONGEST_NAME = 200
_MOST_DAYS = 20_000
_LISTS = {"holidays": DayKind.HOLIDAY, "make_up": DayKind.MAKE_UP}
_MARKS = {
    "X-GRIDCASE-DAY": {"HOLIDAY": DayKind.HOLIDAY, "MAKE-UP": DayKind.MAKE_UP},
    "X-APPLE-SPECIAL-DAY": {"WORK-HOLIDAY": DayKind.HOLIDAY, "ALTERNATE-WORKDAY": DayKind.MAKE_UP},
}
_CATEGORIES = {
    "HOLIDAY": DayKind.HOLIDAY,
    "放假": DayKind.HOLIDAY,
    "MAKE-UP": DayKind.MAKE_UP,
    "补班": DayKind.MAKE_UP,
}
# How the common feeds mark a day in its name: 春节（休）, 春节 假期 第1天/共9天, 元旦（班）, 元旦 补班.
_IN_NAME = {"(休)": DayKind.HOLIDAY, "假期": DayKind.HOLIDAY, "放假": DayKind.HOLIDAY,
            "(班)": DayKind.MAKE_UP, "补班": DayKind.MAKE_UP, "上班": DayKind.MAKE_UP}  # fmt: skip
_NOT_PLAIN = ("RRULE", "RDATE", "EXDATE", "DURATION")


def from_lists(lists: Mapping[str, Any]) -> OwnDays:
    """Return the own days of lists such as {'holidays': {date: name}, 'make_up': {…}, 'years': [2027]}.

    Dates are dates or ISO texts; names are texts, `Text`s or maps of 'zh' and 'en'.

    Args:
        lists: 'holidays' and 'make_up', and 'years' that they cover completely; each may be missing.

    Raises:
        CalendarError: an unknown key, no date, no year, or a day that is in both lists.
    """
    if unknown := sorted(set(lists) - {*_LISTS, "years"}):
        raise _fault("calendar-key-unknown", f"{unknown[0]!r}", "不认识", "is not known here")
    entries = (
        (_date(on), OwnDay(kind, _name(name)))
        for key, kind in _LISTS.items()
        for on, name in (lists.get(key) or {}).items()
    )
    return OwnDays(_without_conflict(entries), _years(lists.get("years") or ()))


def from_icalendar(
    text: str, *, years: Iterable[int] = (), unmarked: Literal["refuse", "skip"] = "refuse"
) -> OwnDays:
    """Return the own days of an iCalendar text (RFC 5545): whole-day events that are marked.

    An event is marked by X-GRIDCASE-DAY (HOLIDAY, MAKE-UP), by X-APPLE-SPECIAL-DAY (WORK-HOLIDAY,
    ALTERNATE-WORKDAY), by a category (HOLIDAY or 放假, MAKE-UP or 补班), or where it has none of these by a word of
    its name: （休）, 假期 or 放假; （班）, 补班 or 上班. Cancelled events are passed over.

    Args:
        text: the file, at most 300,000 characters.
        years: years that it covers completely, beside those in its X-GRIDCASE-YEARS ('2027,2028').
        unmarked: what to do with events without a mark; 'skip' suits feeds that list festivals too.

    Raises:
        CalendarError: no iCalendar, an event that repeats, has hours or has no mark, or days that disagree.
    """
    if len(text) > _LONGEST_TEXT:
        raise _fault("calendar-too-long", f"{len(text)}", "个字符，太长", "characters are too many")
    root = _parsed(text)
    entries = (
        (on, OwnDay(kind, _name(_text(event, "SUMMARY"))))
        for event in root.walk("VEVENT")
        if _text(event, "STATUS").upper() != "CANCELLED" and (kind := _kind(event, unmarked))
        for on in _dates(event)
    )
    written = [year.strip() for year in _text(root, "X-GRIDCASE-YEARS").split(",") if year.strip()]
    return OwnDays(_without_conflict(entries), _years([*years, *written]))


def _parsed(text: str) -> icalendar.Component:
    try:
        return icalendar.Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _fault(
            "calendar-unreadable", repr(str(error)[:80]), "不是 iCalendar", "is no iCalendar"
        ) from error


def _kind(event: icalendar.Component, unmarked: str) -> DayKind | None:
    kinds = {
        values[mark]
        for name, values in _MARKS.items()
        if (mark := _text(event, name).strip().upper()) in values
    }
    kinds |= {_CATEGORIES[name] for name in _categories(event) if name in _CATEGORIES}
    # A mark proper counts more than a word of the name: '春节假期' may be what somebody calls a day that is worked.
    name = normalize("NFKC", _text(event, "SUMMARY"))
    kinds = kinds or {kind for word, kind in _IN_NAME.items() if word in name}
    if len(kinds) == 1:
        return kinds.pop()
    if not kinds and unmarked == "skip":
        return None
    raise _fault("calendar-day-unmarked", _label(event), "没有唯一的休息或补班标记", "has not just one mark")


def _dates(event: icalendar.Component) -> Iterator[date]:
    # Lines that could not be read are noted by icalendar and left out: the event may have said something else.
    if event.errors:
        raise _fault("calendar-event-broken", _label(event), "有一行读不懂", "has a line that cannot be read")
    for name in _NOT_PLAIN:
        if name in event:
            raise _fault("calendar-event-repeats", f"{_label(event)} {name}", "不可用", "cannot be used")
    begin, end = _day(event, "DTSTART"), _day(event, "DTEND")
    if begin is None:
        raise _fault("calendar-event-undated", _label(event), "没有日期", "has no date")
    # DTEND is the day after the last one; without it the event is one day (RFC 5545, section 3.6.1).
    length = 1 if end is None else (end - begin).days
    if not 0 < length <= 366:
        raise _fault("calendar-event-length", _label(event), "为期不对", "has a wrong length")
    for number in range(length):
        yield begin + timedelta(days=number)


def _day(event: icalendar.Component, name: str) -> date | None:
    if name not in event:
        return None
    value = event[name]
    if not isinstance(value, icalendar.vDDDTypes):
        raise _fault("calendar-event-undated", f"{_label(event)} {name}", "不是日期", "is no single date")
    if type(value.dt) is not date:
        raise _fault("calendar-event-hours", _label(event), "带有钟点，不是全天", "has hours, not whole days")
    return value.dt


def _categories(event: icalendar.Component) -> Iterator[str]:
    listed = event.get("CATEGORIES", [])
    for categories in listed if isinstance(listed, list) else [listed]:
        yield from (str(name).strip().upper() for name in categories.cats)


def _text(component: icalendar.Component, name: str) -> str:
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)


def _label(event: icalendar.Component) -> str:
    return repr((_text(event, "SUMMARY") or _text(event, "UID"))[:60])


def _without_conflict(entries: Iterable[tuple[date, OwnDay]]) -> dict[date, OwnDay]:
    days: dict[date, OwnDay] = {}
    for on, day in entries:
        if days.setdefault(on, day).kind is not day.kind:
            raise _fault(
                "calendar-day-twice", on.isoformat(), "既放假又补班", "is both holiday and make-up day"
            )
        if len(days) > _MOST_DAYS:
            raise _fault("calendar-too-long", f"{_MOST_DAYS}", "天以上，太多", "days are exceeded")
    return days


def _date(on: object) -> date:
    if type(on) is date:
        return on
    try:
        return date.fromisoformat(on if isinstance(on, str) else "")
    except ValueError as error:
        raise _fault("calendar-date-wrong", repr(on), "不是日期", "is no date") from error


def _name(name: object) -> Text:
    if isinstance(name, Text):
        return name
    if isinstance(name, Mapping):
        return Text(zh=_short(name.get("zh", "")), en=_short(name.get("en", "")))
    return Text(zh=_short("" if name is None else name))


def _short(name: object) -> str:
    return str(name)[:_LONGEST_NAME]


def _years(years: Iterable[object]) -> frozenset[int]:
    found = set()
    for year in years:
        number = int(year) if isinstance(year, str) and year.isascii() and year.isdigit() else year
        if type(number) is not int or not 1900 <= number <= 9000:
            raise _fault("calendar-year-wrong", repr(year), "不是年份", "is no year")
        found.add(number)
    return frozenset(found)


def _fault(code: str, what: str, zh: str, en: str) -> CalendarError:
    remedy = Text(
        zh="每一天写成 2027-02-05: 春节，放在 holidays 或 make_up 下；iCalendar 用全天事件并加标记",
        en="write each day as 2027-02-05: name, under holidays or make_up; in iCalendar as a marked event",
    )
    return CalendarError(code, Text(zh=f"{what} {zh}", en=f"{what} {en}"), remedy)
