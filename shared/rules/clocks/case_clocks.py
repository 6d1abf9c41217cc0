"""A case with its clocks, and what a message about the case does to them.

Decides when rules have to be asked anew: whenever what they see has changed, and with the decision that a step asked
for; until that decision facts and levels do not belong together, and what ran goes on. The same for the service that
keeps clocks and for whoever wants to know what would become of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timeline import Timeline, TimelineStep
from shared.rules.clocks.advance import take
from shared.rules.clocks.asking import AskedRules
from shared.rules.clocks.changes import ClockChange
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.rulebook import CaseRules


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """A case as its last message left it.

    Args:
        edition: under which its rules were last asked.
        is_unsettled: they are asked again with the next step whatever it changes: a decision is awaited, or the
            evaluators differed.
    """

    edition: str
    snapshot: CaseSnapshot
    timeline: Timeline = field(default_factory=Timeline)
    clocks: tuple[Clock, ...] = ()
    is_unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step has made of a case: its clocks, every change in order, and what the rules were asked."""

    case: CaseClocks
    changes: tuple[ClockChange, ...]
    asked: AskedRules


RulesFor = Callable[[CaseClocks], tuple[CaseRules, AskedRules]]


def step_case(
    known: CaseClocks | None, edition: str, snapshot: CaseSnapshot, step: TimelineStep, rules_for: RulesFor
) -> Stepped:
    """Return what a step does to the clocks of a case.

    Args:
        known: the case before; None: this is the first that is heard of it.
        edition: that the case is bound to now; snapshot: as it now stands.
        rules_for: what the town's rules say about a case.

    Raises:
        FactError: a fact is not what it was declared to be.
    """
    case, step = _as_the_step_finds_it(known, edition, snapshot, step)
    rules, asked = rules_for(case)
    taken = take(case.timeline, case.clocks, step, rules)
    is_unsettled = step.awaits_decision or asked.differing is not None
    after = replace(case, timeline=taken.timeline, clocks=taken.clocks, is_unsettled=is_unsettled)
    return Stepped(after, taken.changes, asked)


def _as_the_step_finds_it(
    known: CaseClocks | None, edition: str, latest: CaseSnapshot, step: TimelineStep
) -> tuple[CaseClocks, TimelineStep]:
    """While a decision is awaited the case goes on under the edition and the judgement that held before."""
    if known is None:
        # Whatever the message says of itself: no rule has been asked about this case yet.
        return CaseClocks(edition, latest.following(None)), replace(step, is_new_situation=True)
    snapshot = latest.following(known.snapshot)
    # The newest facts are kept, and not asked about yet: they would be judged with levels that they do not belong to.
    if step.awaits_decision:
        return replace(known, snapshot=snapshot), replace(step, is_new_situation=False)
    # Compared as rules see it: what no rule can look at, such as coordinates, does not bring all of them up again.
    is_new = (
        known.is_unsettled
        or known.edition != edition
        or situation_of(known.snapshot) != situation_of(snapshot)
    )
    return replace(known, edition=edition, snapshot=snapshot), replace(step, is_new_situation=is_new)
