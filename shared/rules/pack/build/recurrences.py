"""Builds when a duty comes round.

Decides which words can say it of which period: 'on Fridays' is nothing that a quarter could mean.
"""

from collections.abc import Mapping

from shared.rules.language.entries import Entry
from shared.rules.language.vocabulary import PERIODS, WEEKDAYS
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Period, Recurrence

_DAYS = list(WEEKDAYS.chinese)
_FIT: Mapping[Period, tuple[str, ...]] = {
    Period.DAY: ("between", "months"),
    Period.WORKING_DAY: ("between", "months"),
    Period.WEEK: ("weekdays",),
    Period.MONTH: ("weekdays", "week", "last", "days", "between", "months"),
    Period.YEAR: ("dates",),
    Period.ONCE: ("date",),
}
_WAYS = ("weekdays", "last", "days", "between")  # in which the day of a month can be said


def recurrence_of(draft: Draft, duty: Entry) -> Recurrence | None:
    """Return when a duty comes round, or None after a complaint."""
    written = duty.entry("every")
    word = written.name("period") if written else duty.name("every")
    if word is None:
        return None
    period = Period(word)
    if written is None:
        return Recurrence(period)
    _check(draft, written, period)
    first, second = _pair(written, "between"), written.name("last")
    return Recurrence(
        period,
        weekdays=tuple(_DAYS.index(str(item.value)) for item in draft.distinct(written.items("weekdays"))),
        days=tuple(int(str(item.value)) for item in draft.distinct(written.items("days"))),
        window=first,
        last_weekday=_DAYS.index(second) if second else None,
        dates=tuple(
            (item.value[0], item.value[1]) for item in written.items("dates") if isinstance(item.value, tuple)
        ),
        on=written.day("date"),
        nth_week=written.whole("week"),
        months=tuple(int(str(item.value)) for item in draft.distinct(written.items("months"))),
    )


def names_a_day(every: Recurrence) -> bool:
    """Tell whether it falls on days that it names, and is not owed at any time within a span."""
    if every.period in (Period.DAY, Period.WORKING_DAY):
        return True
    return bool(every.weekdays or every.days or every.dates or every.on or every.last_weekday is not None)


def _pair(entry: Entry, field: str) -> tuple[int, int] | None:
    item = entry.item(field)
    pair = item.as_(tuple) if item else None
    return (pair[0], pair[1]) if pair else None


def _check(draft: Draft, entry: Entry, period: Period) -> None:
    for field in entry:
        if field != "period" and field not in _FIT.get(period, ()):
            key = entry.fields[field].key
            terms = {"key": key.text if key else field, "period": PERIODS.written(period, entry.language)}
            draft.complain("recurrence-unfit", entry.fields[field].head, **terms)
    ways = [field for field in _WAYS if field in entry]
    if period is Period.MONTH and len(ways) > 1:
        draft.complain("recurrence-not-one", entry.fields[ways[1]].head)
    if "week" in entry and "weekdays" not in entry:
        draft.complain("week-without-weekday", entry.fields["week"].head)
