"""Where a unit sits: 'jurisdiction/unit'.

A unit of a level that has places of its own (a village station) exists once in each of them; the case's place
says which one is meant. Decides no responsibility, knows no people.
"""

from datetime import date

from shared.rules.pack.model import Level, NamedPlace, Pack

_DEEPEST = 64  # places within places; a pack that loops is refused when it is read


def address(pack: Pack, unit: str, place: str | None) -> str:
    """Return the address of a unit (or a slot for one) as seen from a place of the case.

    A unit of a level that an enclosing place stands for sits in that place; one of a level above the town, in
    the jurisdiction that the town is part of; any other in the town. An address is returned as it is.

    Args:
        unit: key of a unit, a slot, or an address.
        place: key of the case's place; None: nobody knows.
    """
    if "/" in unit:
        return unit
    key = pack.noun(unit)
    return f"{_jurisdiction(pack, key, place)}/{key}"


def _jurisdiction(pack: Pack, unit: str, place: str | None) -> str:
    level = level_of(pack, unit)
    if level is None:
        return pack.town
    if level.above:
        return pack.part_of or pack.town
    own = next((key for key in places_of(pack, place) if _stands_for(pack, key) == level.key), None)
    return f"{pack.town}.{own}" if own else pack.town


def _stands_for(pack: Pack, place: str) -> str | None:
    level = pack.places[place].level
    return pack.noun(level) if level else None


def level_of(pack: Pack, unit: str) -> Level | None:
    """Return the level to which a unit belongs, None where it has none or the pack does not know it.

    Args:
        unit: its key.
    """
    known = pack.units.get(unit)
    return pack.levels.get(pack.noun(known.level)) if known and known.level else None


def sits_above(pack: Pack, unit: str | None) -> bool:
    """Tell whether a unit belongs to a level above the town.

    Args:
        unit: its address; None, or one that the pack does not know, belongs to none.
    """
    level = level_of(pack, key_of(unit)) if unit else None
    return level is not None and level.above


def key_of(unit: str) -> str:
    """Return the unit's key in the pack: the address without its jurisdiction."""
    return unit.rpartition("/")[2]


def places_of(pack: Pack, place: str | None) -> tuple[str, ...]:
    """Return the place and every place around it, from the inside out; none for an unknown place."""
    # Bounded and without repetition: a pack that is being checked may still loop.
    found: list[str] = []
    while place and place in pack.places and place not in found and len(found) < _DEEPEST:
        found.append(place)
        place = pack.places[place].part_of
    return tuple(found)


def jurisdiction_of(pack: Pack, place: str | None) -> str:
    """Return the jurisdiction of a place: the nearest place around it that has a level, else the town.

    Args:
        place: its key; None: nobody knows where, so the town.

    Returns:
        The town's key, or '<town>.<place>'.
    """
    own = next((key for key in places_of(pack, place) if pack.places[key].level is not None), None)
    return f"{pack.town}.{own}" if own else pack.town


def places_at(pack: Pack, level: str, on: date | None = None) -> tuple[NamedPlace, ...]:
    """Return the places that stand for a level.

    Where the lowest level has none of its own, the places without a level are its grids.

    Args:
        level: its key.
        on: the local day meant: a place that has ended by then is left out; None: every place of the pack.
    """
    own = tuple(place for place in pack.places.values() if place.level and pack.noun(place.level) == level)
    if not own and level == next(iter(pack.levels)):
        own = tuple(place for place in pack.places.values() if place.level is None)
    return tuple(place for place in own if on is None or place.takes_cases(on))
