"""A town's days over the official calendar: what an amendment makes of those that are known.

Decides soundness and the merge. Must not know how deadlines are counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.registry.domain.refusals import refusal
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.case.timing import AmendedDays
from shared.rules.worktime.days import DayKind, OwnDays

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_DAYS = 2000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Days:
    """Holidays and make-up working days with their names, and the years that are thereby complete."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    make_up: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


def days_of(kept: AmendedDays) -> Days:
    """Return a town's days as they are reckoned with here: dates instead of their texts."""
    return Days(
        {date.fromisoformat(day): name for day, name in kept.holidays.items()},
        {date.fromisoformat(day): name for day, name in kept.make_up.items()},
        frozenset(kept.years),
    )


@dataclass(frozen=True, slots=True)
class CalendarAmendment:
    """Days to add, and days that are ordinary after all."""

    days: Days
    ordinary: frozenset[date] = frozenset()


def amendment_of(own: OwnDays) -> CalendarAmendment:
    """Return the amendment that a file's days are."""
    named = {
        kind: {on: day.name.zh or day.name.en for on, day in own.days.items() if day.kind is kind}
        for kind in DayKind
    }
    return CalendarAmendment(Days(named[DayKind.HOLIDAY], named[DayKind.MAKE_UP], own.years))


def amend(known: Days, amendment: CalendarAmendment) -> Days:
    """Return the days after an amendment: the later word counts, a day is of one kind.

    Raises:
        Problem: `bad-calendar` – a day named twice, a year out of reach, too many days, a name too long.
    """
    new = amendment.days
    _check(amendment)
    holidays = _without(known.holidays, [*new.make_up, *amendment.ordinary]) | dict(new.holidays)
    make_up = _without(known.make_up, [*new.holidays, *amendment.ordinary]) | dict(new.make_up)
    if len(holidays) + len(make_up) > MOST_DAYS:
        raise _wrong(f"超过 {MOST_DAYS} 天", f"more than {MOST_DAYS} days")
    return Days(holidays, make_up, known.years | new.years)


def _check(amendment: CalendarAmendment) -> None:
    new = amendment.days
    named = [*new.holidays, *new.make_up, *amendment.ordinary]
    if twice := [day for day, times in Counter(named).items() if times > 1]:
        day = min(twice).isoformat()
        raise _wrong(f"{day} 既是此又是彼", f"{day} is named as two kinds of day")
    years = {day.year for day in named} | new.years
    if any(not FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise _wrong(
            f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"years lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    for name in [*new.holidays.values(), *new.make_up.values()]:
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise _wrong("名称过长或含控制字符", "a name is too long or holds control characters")


def _without(days: Mapping[date, str], gone: Iterable[date]) -> dict[date, str]:
    left_out = set(gone)
    return {day: name for day, name in days.items() if day not in left_out}


def _wrong(zh: str, en: str) -> Problem:
    return refusal("bad-calendar", detail=Text(zh, en))
