"""Grids as a map shows them: GeoJSON features of a town's edition (RFC 7946).

Decides what a feature says: its code with parts apart, its type (P000.7), who works there by reference, when it
ends and what takes over. Must not know how editions and people are kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.domain.codes import GridCode, Named, SeveralReadings, code_of, proper
from services.registry.domain.members import Place as Post
from shared.kernel.problems import Problem
from shared.rules.decide.addresses import address, places_of
from shared.rules.decide.situation import owner_of_place
from shared.rules.pack.model import Pack, Place, PlaceCode

BASIC, DEDICATED = "basic", "dedicated"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a map needs beside the pack.

    Args:
        posts: places in units that are held in the town.
        codes: codes that were given out in the town.
        on: the local day.
    """

    posts: tuple[Post, ...]
    codes: tuple[GridCode, ...]
    on: date


def features(pack: Pack, around: Surroundings) -> Iterator[dict[str, Any]]:
    """Yield a feature for every grid: places that stand for no level, and whatever has a grid's code."""
    for place in pack.places.values():
        if place.level is None or place.code is not None:
            yield feature(pack, place, around)


def feature(pack: Pack, place: Place, around: Surroundings) -> dict[str, Any]:
    """Return the feature of one place."""
    return {
        "type": "Feature",
        "id": place.key,
        "geometry": _geometry(place),
        "properties": _properties(pack, place, around),
    }


def _properties(pack: Pack, place: Place, around: Surroundings) -> dict[str, Any]:
    owner = owner_of_place(pack, place.key)
    return {
        "place": place.key,
        "name": {"zh": place.name.zh, "en": place.name.en},
        "type": DEDICATED if owner else BASIC,
        "owner": address(pack, owner, place.key) if owner else None,
        "part_of": place.part_of,
        "jurisdiction": jurisdiction_of(pack, place.key),
        "people": list(_people(pack, place, owner, around.posts)),
        "code": _code(place.code, around.codes) if place.code else None,
        "ends_on": place.ends_on.isoformat() if place.ends_on else None,
        "becomes": list(place.becomes),
        "takes_cases": place.takes_cases(around.on),
    }


def jurisdiction_of(pack: Pack, place: str) -> str:
    """Return the jurisdiction of a place: the nearest place around it that has a level, else the town."""
    own = next((key for key in places_of(pack, place) if pack.places[key].level is not None), None)
    return f"{pack.town}.{own}" if own else pack.town


def _people(pack: Pack, place: Place, owner: str | None, posts: Iterable[Post]) -> Iterator[dict[str, str]]:
    """Whoever holds a unit of the grid itself, or the unit to which it is dedicated (P000.9)."""
    own = f"{pack.town}.{place.key}/"
    at_owner = address(pack, owner, place.key) if owner else None
    for post in posts:
        if post.unit.startswith(own) or post.unit == at_owner:
            yield {"person": post.person, "unit": post.unit, "role": post.role}


def _code(parts: PlaceCode, given: Iterable[GridCode]) -> dict[str, Any]:
    """The code as it was given out, else as its letters say; characters still to be asked about are listed."""
    named = Named(parts.street, parts.community, parts.serial)
    said = {"street": parts.street, "community": parts.community, "serial": parts.serial}
    try:
        code = next((one for one in given if is_same(one.named, named)), None) or code_of(named)
    except SeveralReadings as asking:
        return {"text": None, "parts": said, "letters": None, "choices": shown_choices(asking)}
    except Problem:  # a name without letters; the pack's own check says so to whoever writes it
        return {"text": None, "parts": said, "letters": None, "choices": []}
    letters = {"street": code.street, "community": code.community}
    return {"text": code.text, "parts": said, "letters": letters, "choices": []}


def codes_of(pack: Pack) -> Iterator[GridCode]:
    """Yield the codes of a pack's grids that need no question."""
    for place in pack.places.values():
        if place.code is not None:
            named = Named(place.code.street, place.code.community, place.code.serial)
            with suppress(Problem):
                yield code_of(named)


def is_same(one: Named, other: Named) -> bool:
    """Tell whether two names are those of one grid, however the kinds are written."""
    return one.serial == other.serial and [proper(one.street), proper(one.community)] == [
        proper(other.street),
        proper(other.community),
    ]


def shown_choices(asking: SeveralReadings) -> list[dict[str, Any]]:
    """Return the characters to ask about as an interface shows them."""
    return [{"character": one.character, "readings": list(one.readings)} for one in asking.choices]


def _geometry(place: Place) -> Mapping[str, Any] | None:
    if not place.area:
        return None
    rings = [[[list(point) for point in ring] for ring in polygon] for polygon in place.area]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}
