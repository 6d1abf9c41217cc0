"""Grids as a map shows them.

Decides what is shown of a grid: its code with parts apart, its kind (P000.7), who works there by reference, when it
ends and what takes over. Must not know how editions and people are kept, nor how a map is written.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.registry.domain.codes import Choice, GridCode, GridName, SeveralReadings, code_of, proper
from services.registry.domain.members import Membership
from shared.kernel.problems import Problem
from shared.rules.case.addresses import address, places_of
from shared.rules.case.situation import owner_of_place
from shared.rules.pack.model import NamedPlace, Pack, PlaceCode


class GridKind(StrEnum):
    """What a grid is for (P000.7)."""

    BASIC = "basic"
    DEDICATED = "dedicated"  # to a unit that works there itself


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a map needs beside the pack.

    Args:
        members: who holds a place in a unit of the town.
        codes: codes that were given out in the town.
        on: the local day.
    """

    members: tuple[Membership, ...]
    codes: tuple[GridCode, ...]
    on: date


@dataclass(frozen=True, slots=True)
class MappedCode:
    """A grid's code as a map shows it.

    Args:
        name: what it is made from.
        code: as it was given out, else as its letters say; None: there is none yet.
        choices: characters that the operator is still to be asked about.
    """

    name: GridName
    code: GridCode | None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedGrid:
    """A grid of a town.

    Args:
        place: as the town's pack has it, with name, area, end and what takes over.
        owner: 'jurisdiction/unit' to which it is dedicated.
        jurisdiction: the nearest one around it.
        members: who works there, by reference.
        takes_cases: new cases of the day may name it.
    """

    place: NamedPlace
    kind: GridKind
    owner: str | None
    jurisdiction: str
    members: tuple[Membership, ...]
    code: MappedCode | None
    takes_cases: bool


@dataclass(frozen=True, slots=True)
class GridMap:
    """All grids of a town by one of its editions."""

    edition: str
    grids: tuple[MappedGrid, ...]


def grid_map(pack: Pack, around: Surroundings) -> GridMap:
    """Return the map of a town: places that stand for no level, and whatever has a grid's code or is drawn."""
    places = [place for place in pack.places.values() if _is_mapped(place)]
    return GridMap(pack.edition, tuple(mapped_grid(pack, place, around) for place in places))


def _is_mapped(place: NamedPlace) -> bool:
    return place.level is None or place.code is not None or bool(place.area)


def mapped_grid(pack: Pack, place: NamedPlace, around: Surroundings) -> MappedGrid:
    """Return one place of a town as a map shows it."""
    owner = owner_of_place(pack, place.key)
    at_owner = address(pack, owner, place.key) if owner else None
    return MappedGrid(
        place=place,
        kind=GridKind.DEDICATED if owner else GridKind.BASIC,
        owner=at_owner,
        jurisdiction=jurisdiction_of(pack, place.key),
        members=tuple(_working_there(pack, place, at_owner, around.members)),
        code=coded(place.code, around.codes) if place.code else None,
        takes_cases=place.takes_cases(around.on),
    )


def jurisdiction_of(pack: Pack, place: str) -> str:
    """Return the jurisdiction of a place: the nearest place around it that has a level, else the town."""
    own = next((key for key in places_of(pack, place) if pack.places[key].level is not None), None)
    return f"{pack.town}.{own}" if own else pack.town


def _working_there(
    pack: Pack, place: NamedPlace, owner: str | None, members: Iterable[Membership]
) -> Iterator[Membership]:
    """Whoever holds a unit of the grid itself, or the unit to which it is dedicated (P000.9)."""
    own = f"{pack.town}.{place.key}/"
    return (member for member in members if member.unit.startswith(own) or member.unit == owner)


def coded(parts: PlaceCode, given: Iterable[GridCode]) -> MappedCode:
    """Return a grid's code as it is shown.

    Args:
        given: codes that were given out in the town.
    """
    name = name_of(parts)
    try:
        known = next((code for code in given if is_same(code.name, name)), None)
        return MappedCode(name, known or code_of(name))
    except SeveralReadings as asking:
        return MappedCode(name, None, asking.choices)
    except Problem:  # a name without letters; the pack's own check says so to whoever writes it
        return MappedCode(name, None)


def name_of(parts: PlaceCode) -> GridName:
    """Return what a grid's code is made from, as its pack says."""
    return GridName(parts.street, parts.community, parts.serial)


def codes_of(pack: Pack) -> Iterator[GridCode]:
    """Yield the codes of a pack's grids that need no question."""
    for place in pack.places.values():
        if place.code is not None:
            with suppress(Problem):
                yield code_of(name_of(place.code))


def is_same(name: GridName, other: GridName) -> bool:
    """Tell whether two names are those of one grid, however the kinds are written.

    Raises:
        Problem: `bad-code-name`: one of them has no letters.
    """
    return name.serial == other.serial and [proper(name.street), proper(name.community)] == [
        proper(other.street),
        proper(other.community),
    ]
