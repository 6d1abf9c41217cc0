"""Where cases of a place belong once that place has ended: dated mergers and splits of grids (P000.4).

Decides the successor: the only one, or the one in which the point lies; otherwise a person is asked. Decides
too what has to be decided anew with the move. Must not know stores, nor when anybody looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.intake.domain.situations import jurisdiction_of
from shared.rules.decide.addresses import places_of
from shared.rules.decide.situation import owner_of_place
from shared.rules.decide.where import place_at
from shared.rules.pack.model import Pack, Place

_WORDS = ("ends", "止于")  # without one of these in any file no place can end


@dataclass(frozen=True, slots=True)
class Home:
    """Where cases of a place belong.

    Args:
        key: the place; None: a person has to say.
        choices: successors to choose from; none where the place ended without any.
    """

    key: str | None
    choices: tuple[str, ...] = ()


def home_of(pack: Pack, place: str, on: date, point: tuple[float, float] | None = None) -> Home:
    """Return where a case of `place` belongs on a local day: there, as long as the place takes cases.

    Args:
        point: longitude and latitude of the case, where they are known.
    """
    known = pack.places.get(place)
    if known is None or known.takes_cases(on):
        return Home(place)
    heirs = tuple(dict.fromkeys(_heirs(pack, known, on, frozenset())))
    if len(heirs) == 1:
        return Home(heirs[0])
    found = place_at(pack, *point, on) if heirs and point else None
    inside = next((key for key in places_of(pack, found) if key in heirs), None)
    return Home(found) if inside is not None else Home(None, heirs)


def _heirs(pack: Pack, place: Place, on: date, seen: frozenset[str]) -> Iterator[str]:
    """Successors that take cases on that day; those that ended meanwhile are followed by their own."""
    for key in place.becomes:
        heir = pack.places.get(key)
        if heir is not None and heir.takes_cases(on):
            yield key
        elif heir is not None and key not in seen:
            yield from _heirs(pack, heir, on, seen | {place.key, key})


def may_end(files: Mapping[str, str]) -> bool:
    """Tell whether a place of these files could end: most editions need not be built to know that none does."""
    return not files or any(word in text for text in files.values() for word in _WORDS)


def ends_of(pack: Pack) -> dict[str, datetime]:
    """Return the places that end, each with the instant from which it takes no new cases."""
    zone = ZoneInfo(pack.zone)
    return {
        key: datetime.combine(place.ends_on, datetime.min.time(), zone)
        for key, place in pack.places.items()
        if place.ends_on is not None
    }


def point_of(place: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return longitude and latitude of a case's place, where they are known."""
    lon, lat = place.get("lon"), place.get("lat")
    return None if lon is None or lat is None else (lon, lat)


def is_decided_anew(pack: Pack, old: str, new: str) -> bool:
    """Tell whether moving a case asks for a new decision.

    It does where the places' facts differ, where another unit's dedicated grid begins or ends (P000.9), and
    where the places lie in different jurisdictions, whose units would be others.
    """
    return _matters(pack, old) != _matters(pack, new)


def _matters(pack: Pack, place: str) -> tuple[dict[str, Any], str | None, tuple[str, ...]]:
    around = places_of(pack, place)
    facts: dict[str, Any] = {}
    for key in reversed(around):
        facts.update(pack.places[key].facts)
    levels = tuple(key for key in around if pack.places[key].level is not None)
    return facts, owner_of_place(pack, place), levels


def located(pack: Pack, key: str, was: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case's place after the move: the point stays."""
    return {
        "key": key,
        "jurisdiction": jurisdiction_of(pack, key),
        "lat": was.get("lat"),
        "lon": was.get("lon"),
    }
