"""Whether a step ends a clock, and with which verdict.

Decides in this order: what the limit asks for was reached; the case is over, or merged into another (then there is
no new verdict); a step stops the stage; the reopening undid what it counted from; its rule no longer applies (RC-12
own). Must not know due instants.
"""

from dataclasses import dataclass, replace

from services.sla.domain.changes import Event, Ledger
from services.sla.domain.clock import Clock
from services.sla.domain.life import FINAL, MERGED, Life, Step
from services.sla.domain.rewinding import rewound
from services.sla.domain.rules import Rules
from services.sla.domain.terms import LimitTerms

DECIDED = "assigned"  # the milestone that every decision reaches
OF_HANDLER = frozenset({DECIDED, "accepted"})  # milestones that each unit in charge reaches for itself


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a clock stops; `is_met`: what the limit asks for was done."""

    by: str
    is_met: bool = False


def end_clocks(ledger: Ledger, life: Life, step: Step, rules: Rules) -> None:
    """Stop every clock that this step ends; `life` includes the step."""
    for clock in ledger.open:
        ending = _ending(clock, life, step, rules)
        if ending is not None:
            _stop(ledger, clock, step, ending, rules)


def _stop(ledger: Ledger, clock: Clock, step: Step, ending: Ending, rules: Rules) -> None:
    clock = rewound(ledger, clock, step.at, rules.repeat)
    verdict = clock.verdict if ending.by == MERGED else clock.verdict_of_stop(step.at, is_met=ending.is_met)
    stopped = replace(clock, stopped_at=step.at, stopped_by=ending.by, verdict=verdict, paused_at=None)
    ledger.record(Event.STOPPED, stopped, step.at, mark=ending.by)


def _ending(clock: Clock, life: Life, step: Step, rules: Rules) -> Ending | None:
    terms = rules.count(clock, life).terms
    if reached := _first_of(step.marks, terms.until):
        return Ending(reached, is_met=True)
    if final := _first_of(step.marks, FINAL):
        return Ending(final)
    if step.has("stop", clock.stage):
        return Ending("stop")
    if clock.round < life.round and step.at == life.reopened_at and clock.start_mark in life.fell:
        return Ending("reopened")
    if _is_anothers(clock, terms, step):
        return Ending("decision")
    if _still_applies(clock, terms, step, rules):
        return None
    if clock.edition != rules.book.edition:
        return Ending("edition")
    return Ending("decision" if DECIDED in step.marks else "facts")


def _is_anothers(clock: Clock, terms: LimitTerms, step: Step) -> bool:
    """Whoever gets the case has a limit of their own, from their own dispatch or acceptance (RC-12 own).

    A new decision that leaves the case with the same unit gives it no new time.
    """
    is_of_handler = terms.start.mark in OF_HANDLER and not terms.start.is_first
    return is_of_handler and DECIDED in step.marks and step.unit != clock.unit


def _first_of(marks: tuple[str, ...], wanted: frozenset[str]) -> str | None:
    return next((mark for mark in marks if mark in wanted), None)


def _still_applies(clock: Clock, terms: LimitTerms, step: Step, rules: Rules) -> bool:
    if not step.is_new_situation:
        return True
    if not rules.keeps_stage(clock):
        return False
    return rules.applies(terms, clock.started_at.astimezone(rules.book.calendar.tz).date()) is not False
