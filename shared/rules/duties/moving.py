"""Where an occurrence goes that falls on a day off (RC-14), and what is said of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from shared.kernel.texts import Text
from shared.rules.duties.labels import Label
from shared.rules.pack.model import DayOff, Duty, Pack, Period
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.readings import TimeReadings

_BY_KIND: Mapping[Period, DayOff] = {
    Period.DAY: DayOff.SKIP,
    Period.WORKING_DAY: DayOff.SKIP,
    Period.WEEK: DayOff.NEXT_IN_WEEK,
    Period.MONTH: DayOff.PREVIOUS,
    Period.YEAR: DayOff.PREVIOUS,
}
_LOOKS = Text(zh="{label} {what}，{to} {on}（RC-14）", en="{label} is {what}; {to} {on} (RC-14)")
_EARLIER = Text(zh="提前至", en="moved back to")
_LATER = Text(zh="推后至", en="moved on to")
_REST = Text(zh="是休息日", en="a day of rest")
_HOLIDAY = Text(zh="是{name}放假", en="a holiday ({name})")


class HeldOn(NamedTuple):
    """The day on which an occurrence is held after days off were looked at.

    Args:
        on: the day.
        looked_at: its label and that day: those on which the calendar was asked; empty where it was not.
        why: what moved it; empty where nothing did.
    """

    on: date
    looked_at: tuple[date, ...]
    why: Text


def held(pack: Pack, duty: Duty, label: Label, calendar: Calendar, readings: TimeReadings) -> HeldOn | None:
    """Return the day on which what is named by a label is held; None: it is skipped.

    Raises:
        CalendarMissing: a year without data had to be judged (RC-22).
    """
    rule = _rule(pack, duty, label)
    if rule is DayOff.STAY:
        return HeldOn(label.day, (), Text())
    days = calendar.working_days(readings)
    if days.is_working(label.day.toordinal()):
        return HeldOn(label.day, (label.day,), Text())
    if (on := _moved(label.day, rule, calendar, readings)) is None:
        return None
    return HeldOn(on, (label.day, on), _why(label.day, on, calendar))


def _rule(pack: Pack, duty: Duty, label: Label) -> DayOff:
    if label.is_span:
        return DayOff.STAY
    if duty.every.period is Period.WORKING_DAY:
        return DayOff.SKIP
    if duty.day_off is not None:
        return duty.day_off
    read = pack.reading("RC-14", duty.readings)
    # What comes but once is a day that the town has written, and no recurring duty.
    by_kind = _BY_KIND.get(duty.every.period, DayOff.STAY)
    return by_kind if read == "by_kind" or by_kind is DayOff.STAY else DayOff(read)


def _moved(day: date, rule: DayOff, calendar: Calendar, readings: TimeReadings) -> date | None:
    days = calendar.working_days(readings)
    if rule is DayOff.SKIP:
        return None
    if rule is DayOff.PREVIOUS:
        return date.fromordinal(days.nth_until(day.toordinal(), 1))
    sunday = day + timedelta(days=6 - day.weekday())
    # Asked day by day within the week: what lies behind its end bears on nothing, be its year known or not.
    if rule is DayOff.NEXT_IN_WEEK:
        rest = range(day.toordinal(), sunday.toordinal() + 1)
        return next((date.fromordinal(number) for number in rest if days.is_working(number)), None)
    return date.fromordinal(days.nth_from(day.toordinal(), 1))


def _why(label: date, on: date, calendar: Calendar) -> Text:
    return Text(zh=_said("zh", label, on, calendar), en=_said("en", label, on, calendar))


def _said(language: Literal["zh", "en"], label: date, on: date, calendar: Calendar) -> str:
    name = calendar.provisional_kind(label).name.in_language(language)
    what = (_HOLIDAY if name else _REST).in_language(language).format(name=name)
    to = (_EARLIER if on < label else _LATER).in_language(language)
    return _LOOKS.in_language(language).format(label=label, what=what, to=to, on=on)
