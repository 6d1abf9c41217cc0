"""A case as rules see it: where it stands, who holds it, what is known of it.

Decides which facts the rules may look at and where each comes from. Must not know units' people, stores or
the clock; identities are meant by reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shared.rules.case.addresses import key_of, places_of, sits_above
from shared.rules.case.snapshot import CaseSnapshot, LinkDirection
from shared.rules.logic.facts import FactType, Value
from shared.rules.pack.categories import category_facts, departments, ordered
from shared.rules.pack.model import Pack
from shared.rules.pack.platform import platform_facts as declared_by_platform

# Platform facts that are looked up by name; the first two travel among a case's facts.
REPORTERS, REPEATS, FINDER = "reporters", "repeats", "finder"


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as rules see it. Units are 'jurisdiction/unit', levels the town's own keys.

    Args:
        category: key of the category named first; one that the pack does not have concerns no department.
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
        also: further categories that the report names (RC-17).
        reporters: how many people reported it: 1, and one more for each case merged into this one.
        repeats: how many repetitions of a machine's alarm were counted on it.
        handed_over: it went from one lead to another at any time; a lead that differs from the previous one
            says so by itself.
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
    also: tuple[str, ...] = ()
    reporters: int = 1
    repeats: int = 0
    handed_over: bool = False

    @property
    def was_handed_over(self) -> bool:
        """Tell whether somebody else led it before."""
        return self.handed_over or self.previous_lead not in (None, self.lead)


def situation_of(snapshot: CaseSnapshot) -> Situation:
    """Return a case as rules see it: the one way from what is known of it, for every service.

    Args:
        snapshot: with what older senders left unsaid filled in (`CaseSnapshot.following`).
    """
    held = snapshot.assignment
    return Situation(
        category=snapshot.category,
        channel=snapshot.channel,
        place=snapshot.place.key,
        facts=snapshot.facts,
        levels=held.levels if held else (),
        lead=held.lead if held else None,
        previous_lead=held.previous_lead if held else None,
        assisting=held.assisting if held else (),
        procedure=held.procedure if held else None,
        round=snapshot.round,
        finder_role=snapshot.finder_role,
        finder_unit=snapshot.finder_unit,
        first_contact=snapshot.first_contact,
        from_above=_is_from_above(snapshot),
        reporter=snapshot.reporter,
        also=snapshot.also,
        reporters=int(snapshot.facts.get(REPORTERS, 1 + len(snapshot.reporters))),
        repeats=int(snapshot.facts.get(REPEATS, 0)),
        handed_over=bool(snapshot.handed_over),
    )


def _is_from_above(snapshot: CaseSnapshot) -> bool:
    """A case passed up or across is linked too. Senders before 1.1 did not say where the other case lies."""
    if snapshot.link_direction is None:
        return snapshot.linked_from is not None
    return snapshot.link_direction is LinkDirection.ABOVE


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """What a pack says of every case with these categories at this place, whatever else is known of it.

    Args:
        declared: values of declared facts.
        by_platform: values of platform facts, which nobody may overwrite.
    """

    declared: Mapping[str, Value]
    by_platform: Mapping[str, Value]


def given_facts(pack: Pack, place: str | None, named: tuple[str, ...]) -> GivenFacts:
    """Return what a pack says of cases with these categories at this place.

    Defaults first, over them the values of the place, of further categories and of the main one (RC-17).

    Args:
        place: its key; None, or one that the pack does not have, gives nothing.
        named: categories as the report names them, at least one; the pack need not have them.
    """
    declared: dict[str, Value] = {
        name: fact.default for name, fact in pack.facts.items() if fact.default is not None
    }
    # From the outside in: what is said of the inner place covers what is said of those around it.
    for key in reversed(places_of(pack, place)):
        declared.update(pack.places[key].facts)
    declared.update(category_facts(pack, named))
    categories = ordered(pack, named)
    by_platform: dict[str, Value] = {
        "category": next(iter(categories), named[0]),
        "departments": len(departments(pack, categories)),
        "dedicated": owner_of_place(pack, place) is not None,
    }
    # A pack that gives a platform fact is not believed, also where the platform knows nothing.
    return GivenFacts({name: declared[name] for name in declared if name not in _platform()}, by_platform)


def all_facts(pack: Pack, situation: Situation, given: GivenFacts | None = None) -> dict[str, Value]:
    """Return everything that is known, by fact.

    Over what the pack gives come the values of the case. Platform facts come last and cannot be overwritten; what is
    not known is left out.

    Args:
        situation: its own facts are taken as they are: whoever asks a rule with them has them checked.
        given: what `given_facts` returned for its place and categories, where that is at hand.
    """
    given = given or given_facts(pack, situation.place, named_categories(situation))
    # A reporter who gives a platform fact is not believed either.
    own = {name: value for name, value in situation.facts.items() if name not in _platform()}
    return {**given.declared, **own, **given.by_platform, **_platform_facts(pack, situation)}


def _platform_facts(pack: Pack, situation: Situation) -> dict[str, Value]:
    """The facts that a case has without declaration and that are its own; what is not known is left out."""
    known: dict[str, Value | None] = {
        "channel": situation.channel,
        "level": situation.levels[0] if situation.levels else None,
        "lead": key_of(situation.lead) if situation.lead else None,
        "procedure": situation.procedure,
        "round": situation.round,
        "finder": situation.finder_role if situation.finder_role in _platform()[FINDER].allowed else None,
        "from_above": situation.from_above or sits_above(pack, situation.finder_unit),
        "reporters": situation.reporters,
        "repeats": situation.repeats,
    }
    return {name: value for name, value in known.items() if value is not None}


def named_categories(situation: Situation) -> tuple[str, ...]:
    """Return the categories as the report names them, the one named first before the others."""
    return (situation.category, *situation.also)


def departments_of(pack: Pack, situation: Situation) -> tuple[str, ...]:
    """Return the units of the case's categories, each once, those of the main category first (RC-17)."""
    return departments(pack, ordered(pack, named_categories(situation)))


def categories_of(pack: Pack, situation: Situation) -> tuple[str, ...]:
    """Return the case's categories that the pack has, each once, the main one first (RC-17)."""
    return ordered(pack, named_categories(situation))


@cache
def _platform() -> Mapping[str, FactType]:
    return {name: fact.type for name, fact in declared_by_platform().items()}


def owner_of_place(pack: Pack, place: str | None) -> str | None:
    """Return the unit of the dedicated grid in which the place lies (P000.9), or None."""
    owners = (pack.places[key].dedicated_to for key in places_of(pack, place))
    return next((owner for owner in owners if owner), None)
