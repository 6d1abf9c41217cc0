"""A case as rules see it: where it stands, who holds it, what is known of it.

Decides which facts the rules may look at and where each comes from. Must not know units' people, stores or
the clock; identities are meant by reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shared.rules.decide.addresses import key_of, places_of, sits_above
from shared.rules.logic.facts import FactType, Value
from shared.rules.pack.model import Pack
from shared.rules.pack.platform import platform_facts as declared_by_platform


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as rules see it. Units are 'jurisdiction/unit', levels the town's own keys.

    Args:
        category: key of the category; one that the pack does not have concerns no department.
        channel: how the report came in.
        place: key of the place, None where nobody knows.
        facts: what reporters, steps and history say; declared facts only.
        levels: levels that handle it now, the handling one first; empty before the first decision.
        lead: unit that leads it now.
        previous_lead: unit that led before the latest decision.
        assisting: units that assist now.
        procedure: its procedure now.
        round: 1, and one more for each time that the result did not satisfy.
        finder_role: role of whoever found or reported it, where that was no member of the public.
        finder_unit: that person's unit.
        first_contact: unit that took the case first (RC-18).
        from_above: it came from the jurisdiction that this town is part of; what a unit of a level above the
            town reports is taken for such.
        reporter: reference to the person who reported it.
    """

    category: str
    channel: str
    place: str | None
    facts: Mapping[str, Value]
    levels: tuple[str, ...] = ()
    lead: str | None = None
    previous_lead: str | None = None
    assisting: tuple[str, ...] = ()
    procedure: str | None = None
    round: int = 1
    finder_role: str | None = None
    finder_unit: str | None = None
    first_contact: str | None = None
    from_above: bool = False
    reporter: str | None = None


def all_facts(pack: Pack, situation: Situation) -> dict[str, Value]:
    """Return everything that is known, by fact.

    Defaults first, over them the values of the place, the category and the case. Platform facts
    come last and cannot be overwritten; what is not known is left out.
    """
    facts: dict[str, Value] = {
        name: fact.default for name, fact in pack.facts.items() if fact.default is not None
    }
    for key in reversed(places_of(pack, situation.place)):
        facts.update(pack.places[key].facts)
    category = pack.categories.get(situation.category)
    facts.update(category.facts if category else {})
    facts.update(situation.facts)
    for name in _platform():
        facts.pop(name, None)
    return facts | platform_facts(pack, situation)


def platform_facts(pack: Pack, situation: Situation) -> dict[str, Value]:
    """Return the facts that every case has without declaration; what is not known is left out."""
    known: dict[str, Value | None] = {
        "category": situation.category,
        "channel": situation.channel,
        "departments": len(departments_of(pack, situation)),
        "dedicated": owner_of_place(pack, situation.place) is not None,
        "level": situation.levels[0] if situation.levels else None,
        "lead": key_of(situation.lead) if situation.lead else None,
        "procedure": situation.procedure,
        "round": situation.round,
        "finder": situation.finder_role if situation.finder_role in _platform()["finder"].allowed else None,
        "from_above": situation.from_above or sits_above(pack, situation.finder_unit),
    }
    return {name: value for name, value in known.items() if value is not None}


@cache
def _platform() -> Mapping[str, FactType]:
    return {name: fact.type for name, fact in declared_by_platform().items()}


def departments_of(pack: Pack, situation: Situation) -> tuple[str, ...]:
    """Return the units of the case's category, the main one first (RC-17); none for an unknown category."""
    category = pack.categories.get(situation.category)
    return category.departments if category else ()


def owner_of_place(pack: Pack, place: str | None) -> str | None:
    """Return the unit of the dedicated grid in which the place lies (P000.9), or None."""
    owners = (pack.places[key].dedicated_to for key in places_of(pack, place))
    return next((owner for owner in owners if owner), None)
