"""Who owes a duty: posts, not people, so that a year can be reckoned before anybody is appointed."""

from datetime import date

from shared.rules.case.addresses import level_of, places_at
from shared.rules.pack.model import Duty, Pack


def owners(pack: Pack, duty: Duty, on: date | None = None) -> tuple[str, ...]:
    """Return the addresses of the posts that owe a duty, 'jurisdiction/unit', each once.

    A unit of a level that has places owes in each of them; where the lowest level has none of its own, the places
    without a level are its grids. A unit of a level above the town owes in the jurisdiction that the town is part of;
    any other once in the town.

    Args:
        on: the local day meant: a place that has ended by then owes nothing; None: every place of the pack.
    """
    found = (f"{where}/{pack.noun(unit)}" for unit in duty.who for where in _jurisdictions(pack, unit, on))
    return tuple(dict.fromkeys(found))


def _jurisdictions(pack: Pack, unit: str, on: date | None) -> tuple[str, ...]:
    level = level_of(pack, pack.noun(unit))
    if level is None:
        return (pack.town,)
    if level.above:
        return (pack.part_of or pack.town,)
    places = places_at(pack, level.key)
    standing = tuple(f"{pack.town}.{place.key}" for place in places if on is None or place.takes_cases(on))
    return standing if places else (pack.town,)
