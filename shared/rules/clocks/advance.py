"""Taking a step: everything that it does to a case's clocks.

Decides the order: first falls due what was due before the step, then clocks end, go on under another edition or
changed, are excused, and start.
The outcome does not depend on whether the engine was quicker than the step.

Why this order: what was due before the step fell due by what was known then; what ends is not counted again; what
starts takes pauses and written due instants from the timeline, in which the step is already.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from shared.rules.case.timeline import Timeline, TimelineStep
from shared.rules.clocks.changes import ClockChange, ClockJournal
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.ending import end_clocks
from shared.rules.clocks.excusing import excuse_clocks
from shared.rules.clocks.extending import change_clocks
from shared.rules.clocks.firing import fire_until
from shared.rules.clocks.rebinding import rebind_clocks
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.clocks.starting import start_clocks


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a step has made of a case: its timeline, its clocks, and every change in order."""

    timeline: Timeline
    clocks: tuple[Clock, ...]
    changes: tuple[ClockChange, ...]


def take(timeline: Timeline, clocks: tuple[Clock, ...], step: TimelineStep, rules: CaseRules) -> Advanced:
    """Return what a step does to the clocks of a case.

    Args:
        timeline: without the step.
        clocks: all of the case, stopped ones too.
        rules: what the town's rules say about the case as it stands after the step.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    journal = ClockJournal(clocks, step.silent_until)
    fire_until(journal, step.at, rules.repeat)
    timeline = timeline.after(step, rules.book.stages)
    end_clocks(journal, timeline, step, rules)
    rebind_clocks(journal, timeline, step, rules)
    change_clocks(journal, timeline, step, rules)
    excuse_clocks(journal, step, rules)
    start_clocks(journal, timeline, step, rules)
    # After rebinding: a step that was reached keeps its old units there, and its reminders may still go on.
    if step.is_new_situation:
        _readdress(journal, rules, step)
    return Advanced(timeline, journal.clocks, tuple(journal.changes))


def _readdress(journal: ClockJournal, rules: CaseRules, step: TimelineStep) -> None:
    """Escalations go to whoever the rule's words mean now."""
    for clock in journal.open:
        rule_steps = rules.books[clock.edition].limits[clock.rule].escalations
        escalations = tuple(
            replace(escalation, to=rules.units(rule_step.to))
            for escalation, rule_step in zip(clock.escalations, rule_steps, strict=True)
        )
        if escalations != clock.escalations:
            journal.record(None, replace(clock, escalations=escalations), step.at)
