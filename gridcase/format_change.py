"""What a town's pack would decide otherwise if it moved to another number of the format.

Looks at every category alone and at any two together, in a place of each kind. Must not know scenarios or stores.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from shared.rules.case.situation import Situation
from shared.rules.decide import CompiledRules, Decision
from shared.rules.decide.parts import PartCache
from shared.rules.logic.judge import JudgeCache
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who has a case and by which stages it is limited: as much of a decision as people would notice."""

    lead: str | None
    assisting: tuple[str, ...]
    levels: tuple[str, ...]
    procedure: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """A case that is decided otherwise, as it is reported."""

    categories: tuple[str, ...]
    place: str | None
    before: Responsibility
    after: Responsibility


@dataclass(frozen=True, slots=True)
class FormatChange:
    """What was looked at, and what of it changes."""

    looked_at: int
    changed: tuple[ChangedDecision, ...]


def format_change(before: Pack, after: Pack, on: date) -> FormatChange:
    """Return the decisions about freshly reported cases that differ between two packs of one town.

    Args:
        before: as it is understood now.
        after: the same files by the other number.
        on: the local day of the reports.
    """
    parts = PartCache(JudgeCache(16, "reference"))
    now, then = CompiledRules(before, parts), CompiledRules(after, parts)
    situations = list(_situations(before))
    decided = [
        ChangedDecision(
            (asked.category, *asked.also),
            asked.place,
            _responsibility(now, asked, on),
            _responsibility(then, asked, on),
        )
        for asked in situations
    ]
    changed = [decision for decision in decided if decision.before != decision.after]
    return FormatChange(len(situations), tuple(changed))


def _situations(pack: Pack) -> Iterator[Situation]:
    # A place of each level and one of each dedicated grid: which of several like ones it is decides nothing.
    places = {(place.level, place.dedicated_to): key for key, place in pack.places.items()}
    channel = next(iter(pack.channels), "")
    counted = {name: 0 for name, fact in pack.facts.items() if fact.counts}
    for named in [*((key,) for key in pack.categories), *combinations(pack.categories, 2)]:
        for place in (None, *places.values()):
            yield Situation(named[0], channel, place, counted, also=named[1:])


def _responsibility(rules: CompiledRules, situation: Situation, on: date) -> Responsibility:
    answer = rules.route(situation, on)
    decision = answer if isinstance(answer, Decision) else answer.decision
    held = replace(
        situation,
        levels=decision.levels,
        lead=decision.lead,
        assisting=decision.assisting,
        procedure=decision.procedure,
    )
    limits = sorted(limit.origin.rule for limit in rules.limits(held, on).limits)
    return Responsibility(
        decision.lead, decision.assisting, decision.levels, decision.procedure, tuple(limits)
    )
