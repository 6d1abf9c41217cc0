"""Open cases of a grid that has ended: when it ends, and what has to be decided anew with the move (P000.4).

Which grid takes over is `domain.grid_succession`'s to say, for reports and open cases alike. Must not know stores,
nor when anybody looks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from shared.rules.case.addresses import jurisdiction_of, places_of
from shared.rules.case.situation import owner_of_place
from shared.rules.case.snapshot import Place
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack

_MAY_END = re.compile(r"\bends\b|止于")  # without one of these words no place can end
_SAYS_NOTHING = "/scenarios.yaml"  # of places: what is written there is played, and not in force


class SuccessionState(StrEnum):
    """What became of an open case when its grid ended."""

    MOVED = "moved"  # by itself
    ASKED = "asked"  # a person has to say where it belongs
    CHOSEN = "chosen"  # a person has said so


@dataclass(frozen=True, slots=True)
class GridSuccession:
    """What became of one case when its grid ended.

    Args:
        place: the grid that ended; home: where the case is now, None while a person is asked.
        choices: the grids of which one is to be chosen.
    """

    case: str
    town: str
    place: str
    state: SuccessionState
    home: str | None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnscannedEdition:
    """An edition that took effect and that nobody has looked through for places that end.

    Args:
        files: path → text.
    """

    edition: str
    number: int
    town: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GridEnd:
    """A grid that ends, and how far the look through its open cases has come.

    Args:
        look_at: when it is looked through next; looks: how often that was done.
        after: the case up to which this look has come, None at its beginning.
    """

    town: str
    place: str
    ends_at: datetime
    look_at: datetime
    after: str | None
    looks: int


def may_end(files: Mapping[str, str]) -> bool:
    """Tell whether a place of these files could end: most editions need not be built to know that none does."""
    saying = [text for file, text in files.items() if not file.endswith(_SAYS_NOTHING)]
    return not files or any(_MAY_END.search(text) for text in saying)


def ends_of(pack: Pack) -> dict[str, datetime]:
    """Return the places that end, each with the instant from which it takes no new cases."""
    zone = ZoneInfo(pack.zone)
    return {
        key: datetime.combine(place.ends_on, datetime.min.time(), zone)
        for key, place in pack.places.items()
        if place.ends_on is not None
    }


def point_of(place: Place) -> tuple[float, float] | None:
    """Return longitude and latitude of a case's place in degrees, where they are known."""
    return None if place.lon is None or place.lat is None else (place.lon, place.lat)


def is_decided_anew(pack: Pack, old: str, new: str) -> bool:
    """Tell whether moving a case asks for a new decision.

    It does where the places' facts differ, where another unit's dedicated grid begins or ends (P000.9), and
    where the places lie in different jurisdictions, whose units would be others.
    """
    return _of_importance(pack, old) != _of_importance(pack, new)


def _of_importance(pack: Pack, place: str) -> tuple[dict[str, Value], str | None, tuple[str, ...]]:
    around = places_of(pack, place)
    facts: dict[str, Value] = {}
    for key in reversed(around):
        facts.update(pack.places[key].facts)
    levels = tuple(key for key in around if pack.places[key].level is not None)
    return facts, owner_of_place(pack, place), levels


def moved_to(pack: Pack, key: str, before: Place) -> Place:
    """Return a case's place after the move: the point stays."""
    return replace(before, key=key, jurisdiction=jurisdiction_of(pack, key))
