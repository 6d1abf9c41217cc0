"""The days on which a duty comes round, for a span of time, from a pack and a calendar alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from shared.rules.duties.labels import Label, labels
from shared.rules.duties.moving import HeldOn, held
from shared.rules.duties.occurrence import Occurrence
from shared.rules.pack.model import Duty, DutyKind, Pack, Period
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.wall import instant_of
from shared.rules.worktime.windows import DAY

# No run of days off is as long: what is named so far outside can come to fall on no day that is asked for.
_FARTHEST = timedelta(days=45)


def occurrences(
    pack: Pack, calendar: Calendar, duty: Duty, first: date, last: date
) -> tuple[Occurrence, ...]:
    """Return the occurrences of a duty whose labels lie between two days, in the order of their labels.

    What an occurrence is does not depend on the span that is asked for, so that asking again names the same ones. One
    that is skipped is none. Of several that come to fall on one day there is one, which names the others.

    Args:
        calendar: the town's, its amendments included.
        first, last: local days, both included. A label may be held outside of them (A-39).

    Returns:
        Those whose year has no calendar are among them, without a day (RC-22); so is a duty that comes once and whose
        day nobody has written, by no means late: it is given out by `unwritten`.
    """
    found = _of_duty(pack, calendar, duty, first, last)
    larger = _larger(pack, calendar, duty, first, last)
    return tuple(replace(each, replaced_by=larger.get(each.on)) if each.on else each for each in found)


def unwritten(duty: Duty) -> bool:
    """Tell whether a duty comes once, on a day that the town has still to write: it is listed and never late."""
    return duty.every.period is Period.ONCE and duty.every.on is None


def _of_duty(pack: Pack, calendar: Calendar, duty: Duty, first: date, last: date) -> tuple[Occurrence, ...]:
    readings = TimeReadings.of({**pack.readings, **duty.readings})
    by_last_week = pack.reading("RC-15", duty.readings) == "friday_of_last_week"
    named = labels(duty.every, first - _FARTHEST, last + _FARTHEST, by_last_week=by_last_week)
    in_force = (label for label in named if duty.origin.in_force(label.day))
    reckoned = (_reckoned(pack, calendar, duty, label, readings) for label in in_force)
    once = _once_a_day(occurrence for occurrence in reckoned if occurrence)
    return tuple(occurrence for occurrence in once if first <= occurrence.label <= last)


def _reckoned(
    pack: Pack, calendar: Calendar, duty: Duty, label: Label, readings: TimeReadings
) -> Occurrence | None:
    try:
        day = held(pack, duty, label, calendar, readings)
    except CalendarMissing as missing:
        return Occurrence(duty.key, label.day, None, missing_year=missing.year)
    return _occurrence(pack, calendar, duty, label, day) if day else None


def _occurrence(pack: Pack, calendar: Calendar, duty: Duty, label: Label, day: HeldOn) -> Occurrence:
    since = _since(duty, label, day.on)
    closes = day.on - timedelta(days=_closes_before(pack, duty))
    opens_at = instant_of(since.toordinal(), 0, calendar.tz)
    due_at = instant_of(closes.toordinal(), DAY, calendar.tz)
    return Occurrence(
        duty=duty.key,
        label=label.day,
        on=day.on,
        opens_at=opens_at,
        due_at=due_at if duty.is_judged else None,
        at=duty.at,
        since=since,
        moved=day.why,
        provisional=any(not calendar.covers(looked.year) for looked in day.looked_at),
    )


def _since(duty: Duty, label: Label, on: date) -> date:
    """Return the first day whose records count: an occasion's own day, else the day after the one before it closed."""
    is_occasion = duty.at is not None or duty.kind is DutyKind.MEETING
    if is_occasion and not label.is_span:
        return on
    return min(label.since, on)


def _closes_before(pack: Pack, duty: Duty) -> int:
    """Return how many days before its own it closes: 'before the day' may leave that day out (RC-16)."""
    return int(duty.before_day and pack.reading("RC-16", duty.readings) == "day_before")


def _once_a_day(found: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """Yield one for each day: that which was named for it, else the first that moved to it."""
    by_day: dict[tuple[date | None, date | None], list[Occurrence]] = {}
    for occurrence in found:
        # One without a day shares none.
        alone = None if occurrence.on else occurrence.label
        by_day.setdefault((occurrence.on, alone), []).append(occurrence)
    kept = (_one_of(same) for same in by_day.values())
    yield from sorted(kept, key=lambda occurrence: occurrence.label)


def _one_of(same: list[Occurrence]) -> Occurrence:
    first = min(same, key=lambda occurrence: (occurrence.label != occurrence.on, occurrence.label))
    if len(same) == 1:
        return first
    also = tuple(sorted(other.label for other in same if other is not first))
    # It covers what the others would have.
    opens = [other.opens_at for other in same if other.opens_at]
    days = [other.since for other in same if other.since]
    return replace(first, also=also, opens_at=min(opens, default=None), since=min(days, default=None))


def _larger(pack: Pack, calendar: Calendar, duty: Duty, first: date, last: date) -> Mapping[date, str]:
    """Return the days on which another duty is held instead of this one (A-17), with the first such of the pack."""
    found: dict[date, str] = {}
    for key, other in pack.duties.items():
        if duty.key in other.instead_of:
            for each in _of_duty(pack, calendar, other, first - _FARTHEST, last + _FARTHEST):
                if each.on:
                    found.setdefault(each.on, key)
    return found
