"""Whether a step ends a clock, and with which verdict.

Decides in this order: what the limit asks for was reached; the case is over, or merged into another (then there is
no new verdict); a step stops the stage; the reopening undid what it counted from; its rule no longer applies (RC-12
own). Must not know due instants.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from shared.rules.case.limits import LimitTerms
from shared.rules.case.timeline import DECIDED, FINAL, MERGED, Timeline, TimelineStep
from shared.rules.clocks.changes import ClockEvent, ClockJournal
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.rewinding import rewound
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.pack.model import EffectKind

OF_HANDLER = frozenset({DECIDED, "accepted"})  # milestones that each unit in charge reaches for itself


@dataclass(frozen=True, slots=True)
class ClockEnding:
    """Why a clock stops; `is_met`: what the limit asks for was done."""

    by: str
    is_met: bool = False


def end_clocks(journal: ClockJournal, timeline: Timeline, step: TimelineStep, rules: CaseRules) -> None:
    """Stop every clock that this step ends.

    Args:
        timeline: with the step.
    """
    for clock in journal.open:
        ending = _ending(clock, timeline, step, rules)
        if ending is not None:
            _stop(journal, clock, step, ending, rules)


def _stop(
    journal: ClockJournal, clock: Clock, step: TimelineStep, ending: ClockEnding, rules: CaseRules
) -> None:
    # Before the verdict: a step dated before the due instant takes back the breach that was fired in the meantime.
    clock = rewound(journal, clock, step.at, rules.repeat)
    verdict = clock.verdict if ending.by == MERGED else clock.verdict_of_stop(step.at, is_met=ending.is_met)
    stopped = replace(clock, stopped_at=step.at, stopped_by=ending.by, verdict=verdict, paused_at=None)
    journal.record(ClockEvent.STOPPED, stopped, step.at, mark=ending.by)


def _ending(clock: Clock, timeline: Timeline, step: TimelineStep, rules: CaseRules) -> ClockEnding | None:
    terms = rules.count(clock, timeline).terms
    # Before the end of the case: 'closed' may itself be what the limit asks for, and then it was kept.
    if reached := _first_of(step.marks, terms.until):
        return ClockEnding(reached, is_met=True)
    if final := _first_of(step.marks, FINAL):
        return ClockEnding(final)
    if step.has(EffectKind.STOP, clock.stage):
        return ClockEnding("stop")
    # Only the step that reopened the case: a clock that outlived it is not ended by a later one.
    if clock.round < timeline.round and step.at == timeline.reopened_at and clock.start_mark in timeline.fell:
        return ClockEnding("reopened")
    if _is_anothers(clock, terms, step):
        return ClockEnding("decision")
    if _still_applies(clock, terms, step, rules):
        return None
    # Clocks are rebound only after this: the step brought another edition, and that is named as the cause.
    if clock.edition != rules.book.edition:
        return ClockEnding("edition")
    return ClockEnding("decision" if DECIDED in step.marks else "facts")


def _is_anothers(clock: Clock, terms: LimitTerms, step: TimelineStep) -> bool:
    """Whoever gets the case has a limit of their own, from their own dispatch or acceptance (RC-12 own).

    A new decision that leaves the case with the same unit gives it no new time.
    """
    is_of_handler = terms.start.mark in OF_HANDLER and not terms.start.is_first
    return is_of_handler and DECIDED in step.marks and step.unit != clock.unit


def _first_of(marks: tuple[str, ...], wanted: frozenset[str]) -> str | None:
    return next((mark for mark in marks if mark in wanted), None)


def _still_applies(clock: Clock, terms: LimitTerms, step: TimelineStep, rules: CaseRules) -> bool:
    if not step.is_new_situation:
        return True
    if not rules.keeps_stage(clock):
        return False
    # None, where the evaluators differ, ends nothing: what ran goes on until they agree.
    return rules.applies(terms, clock.started_at.astimezone(rules.book.calendar.tz).date()) is not False
