"""Counting clocks again when a town's days were amended or a missing year arrived (RC-22).

Decides what has moved: withheld clocks start, provisional ones become final, due instants move, breaches that
a new holiday undoes are taken back, and verdicts that had to wait are given. Nothing is erased: each is a new
version.
"""

from dataclasses import replace
from datetime import datetime

from msgspec.structs import replace as replace_fields

from shared.rules.clocks.changes import ClockEvent, ClockJournal, as_it_was
from shared.rules.clocks.clock import Clock, ClockState, ClockVerdict
from shared.rules.clocks.reckoning import CountingTerms, reckoned
from shared.rules.pack.model import LateKind


def is_unsettled(clock: Clock) -> bool:
    """Tell whether a new revision of the days may change anything about the clock."""
    return clock.is_open or clock.not_before_at is not None or clock.is_provisional


def recount(journal: ClockJournal, clock: Clock, count: CountingTerms, at: datetime) -> None:
    """Put on record what the days in `count` make of the clock.

    Args:
        count: with the new days.
        at: the present.
    """
    if clock.is_open:
        _recount_open(journal, clock, count, at)
    else:
        _recount_stopped(journal, clock, count, at)


def _recount_open(journal: ClockJournal, clock: Clock, count: CountingTerms, at: datetime) -> None:
    fresh = reckoned(clock, count, at)
    # A new holiday may have moved the due instant past the present: then there was no breach. Else it happened at the
    # due instant as it is counted now.
    if clock.breached_at is not None and fresh.due_at is not None and fresh.due_at > at:
        fresh = fresh.unbreached()
    elif clock.breached_at is not None:
        fresh = replace_fields(fresh, breached_at=fresh.due_at or clock.breached_at)
    journal.record(
        said_of(clock, fresh), fresh, at, was=as_it_was(clock) if has_moved(clock, fresh) else None
    )


def said_of(clock: Clock, fresh: Clock) -> ClockEvent | None:
    """Return what is said of an open clock that was counted anew; None: nothing.

    Args:
        clock: before; fresh: after.
    """
    if clock.state is ClockState.WITHHELD:
        return None if fresh.state is ClockState.WITHHELD else ClockEvent.STARTED
    if fresh.state is ClockState.WITHHELD:
        return ClockEvent.WITHHELD
    return ClockEvent.CORRECTED if has_moved(clock, fresh) else None


def has_moved(clock: Clock, fresh: Clock) -> bool:
    """Tell whether counting anew has changed what people see."""
    return (clock.due_at, clock.is_provisional) != (fresh.due_at, fresh.is_provisional)


def _recount_stopped(journal: ClockJournal, clock: Clock, count: CountingTerms, at: datetime) -> None:
    """A clock that stopped before its days were known gets its verdict now."""
    if clock.stopped_at is None:
        return
    # As it stood when the clock stopped: pauses that came later do not bear on it.
    count = replace(count, timeline=count.timeline.until(clock.stage, clock.stopped_at))
    # Counted as if it had never been breached: a breach of the old days would give its verdict again.
    fresh = reckoned(
        replace_fields(
            clock, stopped_at=None, verdict=None, breached_at=None, excused_at=None, earlier_verdict=None
        ),
        count,
        at,
    )
    is_met = clock.stopped_by in count.terms.until
    verdict = _verdict(fresh, clock.stopped_at, is_met=is_met)
    breached_at = fresh.due_at if verdict is ClockVerdict.LATE else None
    if verdict is ClockVerdict.LATE and clock.excused_at is not None:
        verdict = ClockVerdict.EXCUSED
        fresh = replace_fields(fresh, excused_at=clock.excused_at, earlier_verdict=ClockVerdict.LATE)
    fresh = replace_fields(
        fresh,
        stopped_at=clock.stopped_at,
        paused_at=None,
        verdict=verdict,
        breached_at=breached_at,
        # Who was told was told: of a clock that has stopped nothing of this is counted again.
        escalations=clock.escalations,
        reached=clock.reached,
    )
    is_news = (fresh.verdict, fresh.due_at) != (clock.verdict, clock.due_at)
    journal.record(
        ClockEvent.CORRECTED if is_news else None, fresh, at, was=as_it_was(clock) if is_news else None
    )


def _verdict(fresh: Clock, at: datetime, *, is_met: bool) -> ClockVerdict | None:
    if fresh.due_at is not None and at >= fresh.due_at:
        return _VERDICTS[fresh.late_as]
    return fresh.verdict_of_stop(at, is_met=is_met)


_VERDICTS = {
    LateKind.BREACHED: ClockVerdict.LATE,
    LateKind.EXTENDED: ClockVerdict.EXTENDED,
    LateKind.NOTED: ClockVerdict.NOTED,
}
