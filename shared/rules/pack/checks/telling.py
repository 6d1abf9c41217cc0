"""Checks that what waits is told some time, and that what is called urgent is told at all."""

from collections.abc import Iterator

from shared.rules.language.vocabulary import WEEKDAYS
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import CalendarSource, NoticeTimes, Pack, Quiet
from shared.rules.pack.model.telling import DAY_MINUTES

_OWN_WORDS = ("escalated", "corrected")  # what the platform tells whether or not a rule says so
Hours = tuple[tuple[str, str], ...]


def check_telling(pack: Pack, draft: Draft) -> None:
    """Complain of quiet times without an end, of times to gather within them, of urgency of what nobody is told."""
    telling, entry = pack.telling, draft.assembly.root.entry("telling")
    if telling is None or entry is None:
        return
    loud = set(range(DAY_MINUTES)) - _always_quiet(telling, pack.calendar)
    if not loud:
        draft.complain("quiet-always", entry.where("quiet"))
    elif telling.gather and not {minute % DAY_MINUTES for minute in telling.gather.minutes} & loud:
        draft.complain("gather-in-quiet", entry.where("gather"))
    told = {event for notice in pack.tell for event in notice.on}
    told |= {f"{limit.clock} {event}" for limit in pack.limits for event in _OWN_WORDS}
    for rule in telling.urgent:
        draft.rule = rule.origin.rule
        for event in rule.on:
            if event not in told:
                where = draft.entries["rule", rule.origin.rule].where("on")
                draft.complain("urgent-of-nothing", where, event=event)
    draft.rule = None


def _always_quiet(telling: NoticeTimes, calendar: CalendarSource) -> set[int]:
    """The minutes that are quiet on every day of an ordinary week."""
    days = (_quiet_minutes(telling, day, calendar) for day in WEEKDAYS.chinese)
    return set.intersection(*map(set, days))


def _quiet_minutes(telling: NoticeTimes, day: str, calendar: CalendarSource) -> Iterator[int]:
    kind = "weekend" if day in calendar.weekend else "working_day"
    hours = calendar.office_hours_on.get(day, calendar.office_hours) if kind == "working_day" else ()
    for quiet in telling.quiet:
        if not quiet.days or {day, kind} & set(quiet.days):
            yield from (minute for minute in range(DAY_MINUTES) if _is_quiet(quiet, minute, hours))


def _is_quiet(quiet: Quiet, minute: int, hours: Hours) -> bool:
    clock = f"{minute // 60:02d}:{minute % 60:02d}"
    is_between = not quiet.between or any(_lies_in(clock, *span) for span in quiet.between)
    is_office = any(_lies_in(clock, *span) for span in hours)
    return is_between and quiet.office_hours in (None, is_office)


def _lies_in(clock: str, begin: str, end: str) -> bool:
    return begin <= clock < end if begin < end else clock >= begin or clock < end
