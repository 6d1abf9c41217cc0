"""Checks each limit by itself: its amounts, its ends, its escalations."""

from collections.abc import Iterator

from shared.rules.language.entries import Entry
from shared.rules.pack.build.amounts import said
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.checks.reach import made
from shared.rules.pack.model import Limit, Pack
from shared.rules.worktime.amount import Amount, TimeUnit

_DAYS = (TimeUnit.DAYS, TimeUnit.WORKING_DAYS)
_MINUTES = {TimeUnit.MINUTES: 1, TimeUnit.HOURS: 60}


def check_limits(pack: Pack, draft: Draft) -> None:
    """Complain of limits that cannot be kept as they are written."""
    reached = made(pack)
    for limit in pack.limits:
        draft.rule = limit.origin.rule
        entry = draft.entries["rule", limit.origin.rule]
        _check_amounts(pack, limit, entry, draft)
        _check_ends(limit, entry, reached, draft)
    draft.rule = None
    _check_escalations(pack, draft)


def _check_amounts(pack: Pack, limit: Limit, entry: Entry, draft: Draft) -> None:
    warn, within, cap = limit.warn_before, limit.within, limit.cap
    if warn and (within is None or within.unit is TimeUnit.AT_ONCE):
        draft.complain("warn-without-amount", entry.where("warn"), within=said(within))
    elif warn and within and is_longer(warn, within):
        draft.complain("warn-longer-than-limit", entry.where("warn"), warn=said(warn), within=said(within))
    if cap and within and is_longer(within, cap):
        draft.complain("cap-shorter-than-limit", entry.where("cap"), cap=said(cap), within=said(within))
    if within and within.unit is TimeUnit.AT_ONCE and _needs_target(pack, limit):
        draft.complain("target-missing", entry.where("within"))
    _check_time_of_day(pack, limit, entry, draft)
    _check_office_hours(pack, limit, entry, draft)


def _check_time_of_day(pack: Pack, limit: Limit, entry: Entry, draft: Draft) -> None:
    """A time of day ends a day: what is counted by the hour or from the very minute has no last day."""
    if limit.ends_at is None:
        return
    if limit.within is None or limit.within.unit not in _DAYS:
        draft.complain("time-of-day-without-days", entry.where("at"), within=said(limit.within))
    elif pack.reading("RC-2", limit.readings) == "exact":
        draft.complain("time-of-day-from-the-minute", entry.where("at"))


def _needs_target(pack: Pack, limit: Limit) -> bool:
    return limit.target_minutes is None and pack.reading("RC-7", limit.readings) == "minutes"


def _check_office_hours(pack: Pack, limit: Limit, entry: Entry, draft: Draft) -> None:
    for field, amount in _amounts(limit) if is_without_hours(pack) else ():
        if amount and amount.unit is TimeUnit.OFFICE_HOURS:
            draft.complain("office-hours-not-declared", entry.where(field), amount=said(amount))


def is_without_hours(pack: Pack) -> bool:
    """Tell whether a town declares no office hours, so that none can be counted."""
    return not (pack.calendar.office_hours or pack.calendar.office_hours_on)


def _amounts(limit: Limit) -> Iterator[tuple[str, Amount | None]]:
    yield from (("within", limit.within), ("warn", limit.warn_before), ("cap", limit.cap))
    yield from (("escalate", amount) for one in limit.escalate for amount in (one.after, one.every))


def is_longer(one: Amount, other: Amount) -> bool:
    """Tell whether an amount is longer than another; amounts that cannot be compared are not."""
    if one.unit is other.unit:
        return one.number > other.number
    if one.unit in _MINUTES and other.unit in _MINUTES:
        return one.number * _MINUTES[one.unit] > other.number * _MINUTES[other.unit]
    return False


def _check_ends(limit: Limit, entry: Entry, reached: frozenset[str], draft: Draft) -> None:
    start = (limit.start or "").removeprefix("first ")
    if start in limit.until:
        draft.complain("limit-ends-where-it-starts", entry.where("until", "from"), name=start)
    if start and start not in reached:
        draft.complain("milestone-never-reached", entry.where("from"), name=start)
    if not set(limit.until) & reached:
        draft.complain("milestone-never-reached", entry.where("until"), name=", ".join(limit.until))


def _turns(limit: Limit, mark: str, into: str) -> bool:
    starts = (limit.start or "").removeprefix("first ") == mark
    return starts and any(one.mark == into for one in limit.escalate)


def _check_escalations(pack: Pack, draft: Draft) -> None:
    """A breach may start another limit by its mark; such limits must not run in a circle."""
    started: dict[str, list[str]] = {}
    for limit in pack.limits:
        start = (limit.start or "").removeprefix("first ")
        started.setdefault(start, []).extend(one.mark for one in limit.escalate if one.mark)
    for loop in loops({mark: marks for mark, marks in started.items() if mark}):
        rule = next(limit for limit in pack.limits if _turns(limit, loop[0], loop[1]))
        draft.rule = rule.origin.rule
        draft.complain(
            "escalation-loop",
            draft.entries["rule", rule.origin.rule].where("escalate"),
            loop=" → ".join(loop),
        )
    draft.rule = None
