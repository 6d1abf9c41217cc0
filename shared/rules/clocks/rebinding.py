"""Clocks that go on under another edition of the rules: counted again from the same starts.

Decides what moves: due instants, warnings and escalations that have not been fired. What was fired stays fired: a
breach stands with its due instant, an escalation that was reached stays reached. Must not know why the edition
changed.
"""

from datetime import datetime

from msgspec.structs import replace

from shared.rules.case.limits import LimitTerms, counts_from_reopening, instant_of
from shared.rules.case.timeline import Timeline, TimelineStep
from shared.rules.clocks.changes import ClockBefore, ClockJournal, as_it_was
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.escalation_times import with_escalations_ahead
from shared.rules.clocks.reckoning import reckoned
from shared.rules.clocks.recounting import said_of
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.clocks.starting import escalations_of


def rebind_clocks(journal: ClockJournal, timeline: Timeline, step: TimelineStep, rules: CaseRules) -> None:
    """Bind the clocks that go on to the edition that the step brought.

    Args:
        timeline: with the step.
    """
    for clock in journal.open:
        if clock.edition != rules.book.edition and rules.keeps_stage(clock):
            _rebind(journal, clock, timeline, step, rules)


def _rebind(
    journal: ClockJournal, clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules
) -> None:
    terms = rules.book.limits[clock.rule]
    bound = replace(
        clock,
        edition=rules.book.edition,
        because=terms.because,
        facts=rules.facts(terms.facts),
        escalations=_escalations(clock, terms, rules),
        # Numbers are places in the list of steps: beyond the new edition's list they name nothing.
        reached=frozenset(nth for nth in clock.reached if nth <= len(terms.escalations)),
    )
    # What was fired stays fired: of a clock that has passed its due instant only what is still ahead is counted anew.
    if clock.breached_at is not None or clock.passed_at is not None:
        journal.record(None, with_escalations_ahead(bound, terms, rules.book.calendar), step.at)
        return
    fresh = reckoned(_from_start(bound, terms, timeline), rules.count(bound, timeline), step.at)
    event = said_of(clock, fresh)
    journal.record(event, fresh, step.at, was=_was(clock) if event else None)


def _from_start(clock: Clock, terms: LimitTerms, timeline: Timeline) -> Clock:
    """The same start, unless the new edition counts from another milestone that stands."""
    clock = replace(clock, reason_in_time=terms.reason_in_time, otherwise=terms.otherwise)
    at = _other_start(clock, terms, timeline)
    if at is None:
        return clock
    # The gaps go with the old start: they were what did not count since then.
    return replace(clock, start_mark=terms.start.mark, started_at=at, counted_from_at=at, gaps=())


def _other_start(clock: Clock, terms: LimitTerms, timeline: Timeline) -> datetime | None:
    # What counts from the reopening does so in every edition, whatever milestone that one names (RC-13).
    if terms.start.mark == clock.start_mark or counts_from_reopening(terms.start, terms, timeline):
        return None
    return instant_of(terms.start, terms, timeline)


def _escalations(clock: Clock, terms: LimitTerms, rules: CaseRules) -> tuple[EscalationStep, ...]:
    """Steps that were reached stay as they are; those ahead are the new edition's."""
    fresh = escalations_of(terms, rules)
    old = clock.escalations[: len(fresh)]
    return tuple(
        _kept(old[nth - 1], step) if nth <= len(old) and _was_reached(clock, nth) else step
        for nth, step in enumerate(fresh, start=1)
    )


def _was_reached(clock: Clock, nth: int) -> bool:
    """A breach reaches what comes with it."""
    return nth in clock.reached or (clock.breached_at is not None and not clock.escalations[nth - 1].is_later)


def _kept(old: EscalationStep, new: EscalationStep) -> EscalationStep:
    """How often a reminder may still come is the new edition's to say."""
    if not old.repeats:
        return old
    return replace(old, repeats=new.repeats, most=new.most, at=old.at if new.repeats else None)


def _was(clock: Clock) -> ClockBefore:
    return replace(as_it_was(clock), edition=clock.edition)
