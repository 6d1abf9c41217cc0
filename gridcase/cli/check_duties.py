"""What `gridcase check` says of a pack's duties over this year and the coming one.

Decides what cannot be meant once days are reckoned: two meetings of one post at one hour. A duty that never comes round
is worth a word and no fault: the calendar may be missing, or its dates of effect over.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from gridcase.cli.catalogue import language, localized
from gridcase.cli.duty_year import DutyYear, year_of
from shared.rules.duties import Occurrence, owners
from shared.rules.pack.model import Duty, Pack
from shared.rules.worktime.windows import clock_text


def this_year_and_next(today: date) -> tuple[int, int]:
    """Return the years over which duties are looked at."""
    return today.year, today.year + 1


def idle_duties(pack: Pack, years: Sequence[int]) -> Iterator[str]:
    """Yield a line for each duty that has no day in one of the years, with the reason."""
    for year in years:
        found = year_of(pack, year)
        held = {each.duty for each in found.held}
        for duty in pack.duties.values():
            if duty.key not in held and not _is_over(duty, year):
                name = duty.name.in_language(language())
                yield localized(_why(found, duty), place=_place(duty), name=name, year=year)


def clashes(pack: Pack, years: Sequence[int]) -> Iterator[str]:
    """Yield a line for each two meetings that one post owes or attends at one hour, once for each pair."""
    seen: set[tuple[str, str]] = set()
    for year in years:
        for first, second in _at_one_hour(year_of(pack, year).held):
            pair, shared = (first.duty, second.duty), _in_both(pack, first.duty, second.duty)
            if shared and pair not in seen:
                seen.add(pair)
                yield _clash(pack, first, second, shared)


def _is_over(duty: Duty, year: int) -> bool:
    """What comes once comes in its own year; what is not in force yet, or any more, is said by its dates."""
    on, valid = duty.every.on, duty.origin
    if duty.ordering is not None:
        return True  # it comes when somebody orders it
    is_elsewhere = on is not None and on.year != year
    return is_elsewhere or not (valid.in_force(date(year, 1, 1)) or valid.in_force(date(year, 12, 31)))


def _why(found: DutyYear, duty: Duty) -> str:
    if duty in found.unwritten:
        return "note-duty-unwritten"
    has_no_calendar = any(each.duty == duty.key for each in found.unknown)
    return "note-duty-calendar" if has_no_calendar else "note-duty-never"


def _at_one_hour(held: Sequence[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
    by_hour: dict[tuple[date | None, int], list[Occurrence]] = {}
    for each in held:
        if each.at is not None:
            by_hour.setdefault((each.on, each.at), []).append(each)
    for same in by_hour.values():
        yield from combinations(same, 2)


def _in_both(pack: Pack, *duties: str) -> str | None:
    first, second = (_who(pack, pack.duties[key]) for key in duties)
    return min(first & second, default=None)


def _who(pack: Pack, duty: Duty) -> frozenset[str]:
    attend = (pack.noun(unit) for unit in duty.meeting.attend) if duty.meeting else ()
    return frozenset((*owners(pack, duty), *attend))


def _clash(pack: Pack, first: Occurrence, second: Occurrence, who: str) -> str:
    this, that = (pack.duties[each.duty].name.in_language(language()) for each in (first, second))
    at, place = f"{first.on} {clock_text(first.at or 0)}", _place(pack.duties[second.duty])
    return localized("duties-clash", place=place, this=this, that=that, who=who, at=at)


def _place(duty: Duty) -> str:
    return f"{duty.origin.spot.file}:{duty.origin.spot.line}"
