"""Starting the clocks of limits that apply.

Decides which limits start at a step and what their first form is: running, paused at once because the case
waits (RC-19), or withheld because its calendar year is unknown (RC-22). Must not know how instants are
counted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from services.sla.domain.changes import Event, Ledger
from services.sla.domain.clock import Clock, State
from services.sla.domain.life import Life, Step
from services.sla.domain.reckon import reckoned
from services.sla.domain.rules import Rules
from services.sla.domain.rungs import Rung
from services.sla.domain.starts import counts_from_reopening, may_start, round_before
from services.sla.domain.terms import LimitTerms
from shared.rules.worktime.amount import Unit
from shared.rules.worktime.pauses import Span


def start_clocks(ledger: Ledger, life: Life, step: Step, rules: Rules) -> None:
    """Start every limit that may start and applies; `life` includes the step.

    While a decision is awaited none starts: with the decision all do, from the instants at which they would have.
    """
    if step.awaits_decision:
        return
    for terms, at in _candidates(ledger, life, step, rules):
        if rules.applies(terms, at.astimezone(rules.book.calendar.tz).date()):
            _start(ledger, _first_form(terms, at, ledger, life, step, rules), life, step, rules)


def _candidates(
    ledger: Ledger, life: Life, step: Step, rules: Rules
) -> Iterator[tuple[LimitTerms, datetime]]:
    """Limits that may start: all of them in a new situation, else those whose milestone this step has reached."""
    for terms in rules.book.limits.values():
        if step.is_new_situation or terms.start.mark in step.marks:
            at = may_start(terms, life, ledger.clocks)
            if at is not None:
                yield terms, at


def _first_form(
    terms: LimitTerms, at: datetime, ledger: Ledger, life: Life, step: Step, rules: Rules
) -> Clock:
    clock = Clock(
        id=rules.new_id(),
        rule=terms.rule,
        because=terms.because,
        facts=rules.facts(terms.facts),
        stage=terms.stage,
        edition=rules.book.edition,
        round=life.round,
        decision=life.decision,
        start_mark=terms.start.mark,
        started_at=at,
        counted_from_at=at,
        unit=step.unit,
        level=step.level,
        rungs=rungs_of(terms, rules),
        reason_in_time=terms.reason_in_time,
        otherwise=terms.otherwise,
        silent_until=step.silent_until,
    )
    return _by_hand(_redone(clock, terms, ledger, life), terms, life)


def rungs_of(terms: LimitTerms, rules: Rules) -> tuple[Rung, ...]:
    """Return a limit's escalations before anything of it has been counted."""
    return tuple(
        Rung(
            None,
            one.after is not None and one.after.unit is not Unit.AT_ONCE,
            rules.units(one.to),
            one.mark,
            repeats=one.every is not None and one.every.unit is not Unit.AT_ONCE,
            most=one.times,
        )
        for one in terms.escalations
    )


def _redone(clock: Clock, terms: LimitTerms, ledger: Ledger, life: Life) -> Clock:
    """A new round begins with the full limit, with what was left of the earlier one, or at once (RC-13)."""
    if terms.redo == "full" or not counts_from_reopening(terms.start, terms, life):
        return clock
    if terms.redo == "immediate":
        return replace(clock, is_immediate=True)
    earlier = round_before(terms, life, ledger.clocks)
    if earlier is None or earlier.stopped_at is None:
        return clock
    gap = Span(earlier.stopped_at, max(earlier.stopped_at, clock.started_at))
    return replace(clock, counted_from_at=earlier.counted_from_at, gaps=(*earlier.gaps, gap))


def _by_hand(clock: Clock, terms: LimitTerms, life: Life) -> Clock:
    """What a person wrote in this round before the start counts where the limit has no amount of its own."""
    written = life.written.get(terms.stage)
    if terms.amount is not None or written is None or written.round != life.round:
        return clock
    return replace(clock, written_at=written.at, written_due_at=written.due_at)


def _start(ledger: Ledger, clock: Clock, life: Life, step: Step, rules: Rules) -> None:
    clock = reckoned(clock, rules.count(clock, life), step.at)
    event = Event.WITHHELD if clock.state is State.WITHHELD else Event.STARTED
    ledger.record(event, clock, step.at)
