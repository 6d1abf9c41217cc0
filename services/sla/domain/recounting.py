"""Counting clocks again when a town's days were amended or a missing year arrived (RC-22).

Decides what has moved: withheld clocks start, provisional ones become final, due instants move, breaches that
a new holiday undoes are taken back, and verdicts that had to wait are given. Nothing is erased: each is a new
version.
"""

from dataclasses import replace
from datetime import datetime

from services.sla.domain.changes import Event, Ledger, as_it_was
from services.sla.domain.clock import Clock, State, Verdict
from services.sla.domain.reckon import Count, reckoned


def is_unsettled(clock: Clock) -> bool:
    """Tell whether a new revision of the days may change anything about the clock."""
    return clock.is_open or clock.not_before_at is not None or clock.is_provisional


def recount(ledger: Ledger, clock: Clock, count: Count, at: datetime) -> None:
    """Put on record what the days in `count` make of the clock."""
    if clock.is_open:
        _recount_open(ledger, clock, count, at)
    else:
        _recount_stopped(ledger, clock, count, at)


def _recount_open(ledger: Ledger, clock: Clock, count: Count, at: datetime) -> None:
    fresh = reckoned(clock, count, at)
    if clock.breached_at is not None and fresh.due_at is not None and fresh.due_at > at:
        fresh = fresh.unbreached()
    elif clock.breached_at is not None:
        fresh = replace(fresh, breached_at=fresh.due_at or clock.breached_at)
    ledger.record(said_of(clock, fresh), fresh, at, was=as_it_was(clock) if has_moved(clock, fresh) else {})


def said_of(clock: Clock, fresh: Clock) -> Event | None:
    """Return what is said of an open clock that was counted anew."""
    if clock.state is State.WITHHELD:
        return None if fresh.state is State.WITHHELD else Event.STARTED
    if fresh.state is State.WITHHELD:
        return Event.WITHHELD
    return Event.CORRECTED if has_moved(clock, fresh) else None


def has_moved(clock: Clock, fresh: Clock) -> bool:
    """Tell whether counting anew has changed what people see."""
    return (clock.due_at, clock.is_provisional) != (fresh.due_at, fresh.is_provisional)


def _recount_stopped(ledger: Ledger, clock: Clock, count: Count, at: datetime) -> None:
    """A clock that stopped before its days were known gets its verdict now."""
    if clock.stopped_at is None:
        return
    count = replace(count, life=count.life.until(clock.stage, clock.stopped_at))
    fresh = reckoned(
        replace(
            clock, stopped_at=None, verdict=None, breached_at=None, excused_at=None, earlier_verdict=None
        ),
        count,
        at,
    )
    is_met = clock.stopped_by in count.terms.until
    verdict = _verdict(fresh, clock.stopped_at, is_met=is_met)
    breached_at = fresh.due_at if verdict is Verdict.LATE else None
    if verdict is Verdict.LATE and clock.excused_at is not None:
        verdict = Verdict.EXCUSED
        fresh = replace(fresh, excused_at=clock.excused_at, earlier_verdict=Verdict.LATE)
    fresh = replace(
        fresh,
        stopped_at=clock.stopped_at,
        paused_at=None,
        verdict=verdict,
        breached_at=breached_at,
        rungs=clock.rungs,
        reached=clock.reached,
    )
    is_news = (fresh.verdict, fresh.due_at) != (clock.verdict, clock.due_at)
    ledger.record(Event.CORRECTED if is_news else None, fresh, at, was=as_it_was(clock) if is_news else {})


def _verdict(fresh: Clock, at: datetime, *, is_met: bool) -> Verdict | None:
    if fresh.due_at is not None and at >= fresh.due_at:
        return _VERDICTS[fresh.late_as.value]
    return fresh.verdict_of_stop(at, is_met=is_met)


_VERDICTS = {"breached": Verdict.LATE, "extended": Verdict.EXTENDED, "noted": Verdict.NOTED}
