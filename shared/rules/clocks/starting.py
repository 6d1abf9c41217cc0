"""Starting the clocks of limits that apply.

Decides which limits start at a step and what their first form is: running, paused at once because the case
waits (RC-19), or withheld because its calendar year is unknown (RC-22). Must not know how instants are
counted.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from shared.rules.case.limits import LimitTerms, counts_from_reopening, may_start, round_before
from shared.rules.case.timeline import Timeline, TimelineStep
from shared.rules.clocks.changes import ClockEvent, ClockJournal
from shared.rules.clocks.clock import Clock, ClockState
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.escalation_times import untold_step
from shared.rules.clocks.reckoning import reckoned
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.worktime.pauses import Span


def start_clocks(journal: ClockJournal, timeline: Timeline, step: TimelineStep, rules: CaseRules) -> None:
    """Start every limit that may start and applies.

    While a decision is awaited none starts: with the decision all do, from the instants at which they would have.

    Args:
        timeline: with the step.
    """
    if step.awaits_decision:
        return
    for terms, at in _candidates(journal, timeline, step, rules):
        # None, where the evaluators differ, starts nothing; the next step asks again (`case_clocks`).
        if rules.applies(terms, at.astimezone(rules.book.calendar.tz).date()):
            _start(journal, _first_form(terms, at, journal, timeline, step, rules), timeline, step, rules)


def _candidates(
    journal: ClockJournal, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> Iterator[tuple[LimitTerms, datetime]]:
    """Limits that may start: all of them in a new situation, else those whose milestone this step has reached."""
    for terms in rules.book.limits.values():
        if step.is_new_situation or terms.start.mark in step.marks:
            at = may_start(terms, timeline, journal.clocks)
            if at is not None:
                yield terms, at


def _first_form(
    terms: LimitTerms,
    at: datetime,
    journal: ClockJournal,
    timeline: Timeline,
    step: TimelineStep,
    rules: CaseRules,
) -> Clock:
    clock = Clock(
        id=_id(terms, journal, timeline, rules),
        rule=terms.rule,
        because=terms.because,
        facts=rules.facts(terms.facts),
        stage=terms.stage,
        edition=rules.book.edition,
        round=timeline.round,
        decision=timeline.decision,
        start_mark=terms.start.mark,
        started_at=at,
        counted_from_at=at,
        unit=step.unit,
        level=step.level,
        escalations=escalations_of(terms, rules),
        reason_in_time=terms.reason_in_time,
        otherwise=terms.otherwise,
        silent_until=step.silent_until,
    )
    return _by_hand(_redone(clock, terms, journal, timeline), terms, timeline)


def _id(terms: LimitTerms, journal: ClockJournal, timeline: Timeline, rules: CaseRules) -> str:
    """The first of a rule, round and decision is named by these alone; those after it by their number besides."""
    earlier = sum(
        (clock.rule, clock.round, clock.decision) == (terms.rule, timeline.round, timeline.decision)
        for clock in journal.clocks
    )
    name = f"{terms.rule} {earlier + 1}" if earlier else terms.rule
    return rules.clock_id(name, timeline.round, timeline.decision)


def escalations_of(terms: LimitTerms, rules: CaseRules) -> tuple[EscalationStep, ...]:
    """Return the steps of a limit's escalation before anything of it has been counted.

    Args:
        rules: say which units are meant now.
    """
    return tuple(untold_step(rule_step, rules.units(rule_step.to)) for rule_step in terms.escalations)


def _redone(clock: Clock, terms: LimitTerms, journal: ClockJournal, timeline: Timeline) -> Clock:
    """A new round begins with the full limit, with what was left of the earlier one, or at once (RC-13)."""
    if terms.redo == "full" or not counts_from_reopening(terms.start, terms, timeline):
        return clock
    if terms.redo == "immediate":
        return replace(clock, is_immediate=True)
    earlier = round_before(terms, timeline, journal.clocks)
    if earlier is None or earlier.stopped_at is None:
        return clock
    # Counted on from the earlier clock's begin, with the time between the rounds left out: what is left is its rest.
    # A reopening may be dated before the stop of the earlier clock: a span that ends before it begins is refused.
    gap = Span(earlier.stopped_at, max(earlier.stopped_at, clock.started_at))
    return replace(clock, counted_from_at=earlier.counted_from_at, gaps=(*earlier.gaps, gap))


def _by_hand(clock: Clock, terms: LimitTerms, timeline: Timeline) -> Clock:
    """What a person wrote in this round before the start counts where the limit has no amount of its own."""
    written = timeline.written_for(terms.stage)
    if terms.amount is not None or written is None or written.round != timeline.round:
        return clock
    return replace(clock, written_at=written.at, written_due_at=written.due_at)


def _start(
    journal: ClockJournal, clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> None:
    clock = reckoned(clock, rules.count(clock, timeline), step.at)
    event = ClockEvent.WITHHELD if clock.state is ClockState.WITHHELD else ClockEvent.STARTED
    journal.record(event, clock, step.at)
