"""From which instant a limit counts, and whether it may start at all.

Decides RC-1 and RC-10 (by the milestone that the terms name), RC-12 (a level's own acceptance, or the first
of the case), RC-13 (a new round counts from the reopening) and A-7. Must not know calendars or conditions.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.sla.domain.clock import Clock
from services.sla.domain.life import Life
from services.sla.domain.terms import LimitTerms, Origin


def instant_of(origin: Origin, terms: LimitTerms, life: Life) -> datetime | None:
    """Return the instant of a milestone as this limit counts from it, or None while it does not stand.

    Where what the limit asks for fell with the reopening, nothing before the reopening counts (RC-13).
    """
    mark = life.marks.get(origin.mark)
    if mark is None or not (origin.is_first or mark.stands):
        return None
    if life.reopened_at is not None and counts_from_reopening(origin, terms, life):
        return life.reopened_at
    return mark.first_at if origin.is_first else mark.at


def counts_from_reopening(origin: Origin, terms: LimitTerms, life: Life) -> bool:
    """Tell whether the milestone was reached before the present round, and what the limit asks for fell with it."""
    if life.reopened_at is None or not terms.until & life.fell or origin.mark not in life.marks:
        return False
    return origin.is_first or life.marks[origin.mark].at < life.reopened_at


def may_start(terms: LimitTerms, life: Life, clocks: Sequence[Clock]) -> datetime | None:
    """Return the instant from which the limit would start now, or None if it may not.

    One clock at most for each limit, round and decision; one that still runs goes on; nothing starts whose
    end has been reached since, that a step stopped since, or in a case that is over.
    """
    at = None if life.is_over else instant_of(terms.start, terms, life)
    if at is None or _is_met(terms, life, at) or _was_stopped(terms, life, at):
        return None
    return None if any(_stands_for(clock, terms, life) for clock in clocks) else at


def round_before(terms: LimitTerms, life: Life, clocks: Iterable[Clock]) -> Clock | None:
    """Return the limit's clock of an earlier round, the latest: its rest is what RC-13 remaining grants."""
    earlier = [
        clock
        for clock in clocks
        if clock.rule == terms.rule and clock.round < life.round and clock.stopped_at is not None
    ]
    return max(earlier, key=lambda clock: (clock.round, clock.decision), default=None)


def _is_met(terms: LimitTerms, life: Life, since: datetime) -> bool:
    return any(life.stands(mark) and life.marks[mark].at >= since for mark in terms.until)


def _was_stopped(terms: LimitTerms, life: Life, since: datetime) -> bool:
    return terms.stage in life.stopped and life.stopped[terms.stage] >= since


def _stands_for(clock: Clock, terms: LimitTerms, life: Life) -> bool:
    is_same = clock.rule == terms.rule
    return is_same and (clock.is_open or (clock.round, clock.decision) == (life.round, life.decision))
