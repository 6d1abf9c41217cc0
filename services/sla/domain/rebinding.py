"""Clocks that go on under another edition of the rules: counted again from the same starts.

Decides what moves: due instants, warnings and escalations that have not been fired. What was fired stays fired: a
breach stands with its due instant, and a rung that was reached stays reached. Must not know why the edition changed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.sla.domain.changes import Ledger, as_it_was
from services.sla.domain.climbing import with_rungs
from services.sla.domain.clock import Clock
from services.sla.domain.life import Life, Step
from services.sla.domain.reckon import reckoned
from services.sla.domain.recounting import said_of
from services.sla.domain.rules import Rules
from services.sla.domain.rungs import Rung
from services.sla.domain.starting import rungs_of
from services.sla.domain.starts import counts_from_reopening, instant_of
from services.sla.domain.terms import LimitTerms


def rebind_clocks(ledger: Ledger, life: Life, step: Step, rules: Rules) -> None:
    """Bind the clocks that go on to the edition that the step brought; `life` includes the step."""
    for clock in ledger.open:
        if clock.edition != rules.book.edition and rules.keeps_stage(clock):
            _rebind(ledger, clock, life, step, rules)


def _rebind(ledger: Ledger, clock: Clock, life: Life, step: Step, rules: Rules) -> None:
    terms = rules.book.limits[clock.rule]
    bound = replace(
        clock,
        edition=rules.book.edition,
        because=terms.because,
        facts=rules.facts(terms.facts),
        rungs=_rungs(clock, terms, rules),
        reached=frozenset(nth for nth in clock.reached if nth <= len(terms.escalations)),
    )
    if clock.breached_at is not None or clock.passed_at is not None:
        ledger.record(None, with_rungs(bound, terms, rules.book.calendar), step.at)
        return
    fresh = reckoned(_from_start(bound, terms, life), rules.count(bound, life), step.at)
    event = said_of(clock, fresh)
    ledger.record(event, fresh, step.at, was=_was(clock) if event else {})


def _from_start(clock: Clock, terms: LimitTerms, life: Life) -> Clock:
    """The same start, unless the new edition counts from another milestone that stands."""
    clock = replace(clock, reason_in_time=terms.reason_in_time, otherwise=terms.otherwise)
    at = _other_start(clock, terms, life)
    if at is None:
        return clock
    return replace(clock, start_mark=terms.start.mark, started_at=at, counted_from_at=at, gaps=())


def _other_start(clock: Clock, terms: LimitTerms, life: Life) -> datetime | None:
    if terms.start.mark == clock.start_mark or counts_from_reopening(terms.start, terms, life):
        return None
    return instant_of(terms.start, terms, life)


def _rungs(clock: Clock, terms: LimitTerms, rules: Rules) -> tuple[Rung, ...]:
    """Rungs that were reached stay as they are; those ahead are the new edition's."""
    fresh = rungs_of(terms, rules)
    old = clock.rungs[: len(fresh)]
    return tuple(
        _kept(old[nth - 1], rung) if nth <= len(old) and _was_reached(clock, nth) else rung
        for nth, rung in enumerate(fresh, start=1)
    )


def _was_reached(clock: Clock, nth: int) -> bool:
    """A breach reaches what comes with it."""
    return nth in clock.reached or (clock.breached_at is not None and not clock.rungs[nth - 1].is_later)


def _kept(old: Rung, new: Rung) -> Rung:
    """How often a reminder may still come is the new edition's to say."""
    if not old.repeats:
        return old
    return replace(old, repeats=new.repeats, most=new.most, at=old.at if new.repeats else None)


def _was(clock: Clock) -> Mapping[str, Any]:
    return {**as_it_was(clock), "edition": clock.edition}
