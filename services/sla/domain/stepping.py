"""Taking a step: everything that it does to a case's clocks.

Decides the order: first falls due what was due before the step, then clocks end, go on under another edition or
changed, are excused, and start.
The outcome does not depend on whether the engine was quicker than the step.
"""

from dataclasses import dataclass, replace

from services.sla.domain.changes import Change, Ledger
from services.sla.domain.clock import Clock
from services.sla.domain.ending import end_clocks
from services.sla.domain.excusing import excuse_clocks
from services.sla.domain.extending import change_clocks
from services.sla.domain.firing import fire_until
from services.sla.domain.life import Life, Step
from services.sla.domain.rebinding import rebind_clocks
from services.sla.domain.rules import Rules
from services.sla.domain.starting import start_clocks


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step has made of a case: its life, its clocks, and every change in order."""

    life: Life
    clocks: tuple[Clock, ...]
    changes: tuple[Change, ...]


def take(life: Life, clocks: tuple[Clock, ...], step: Step, rules: Rules) -> Taken:
    """Return what a step does to the clocks of a case."""
    ledger = Ledger(clocks, step.silent_until)
    fire_until(ledger, step.at, rules.repeat)
    life = life.after(step, rules.book.stages)
    end_clocks(ledger, life, step, rules)
    rebind_clocks(ledger, life, step, rules)
    change_clocks(ledger, life, step, rules)
    excuse_clocks(ledger, step, rules)
    start_clocks(ledger, life, step, rules)
    if step.is_new_situation:
        _readdress(ledger, rules, step)
    return Taken(life, ledger.clocks, tuple(ledger.changes))


def _readdress(ledger: Ledger, rules: Rules, step: Step) -> None:
    """Escalations go to whoever the rule's words mean now."""
    for clock in ledger.open:
        words = rules.books[clock.edition].limits[clock.rule].escalations
        rungs = tuple(
            replace(rung, to=rules.units(word.to)) for rung, word in zip(clock.rungs, words, strict=True)
        )
        if rungs != clock.rungs:
            ledger.record(None, replace(clock, rungs=rungs), step.at)
