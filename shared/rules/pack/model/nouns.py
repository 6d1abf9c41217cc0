"""The nouns of a pack: levels, units, places, facts, categories, and where its working days come from.

Decides only whether a place still takes cases. Must not know rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from shared.kernel.texts import Text
from shared.rules.logic.facts import FactType
from shared.rules.pack.model.origins import Spot

Ring = tuple[tuple[float, float], ...]  # longitude and latitude in degrees (WGS 84), the last as the first
Polygon = tuple[Ring, ...]  # the outline, then its holes


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of the town's ladder."""

    key: str
    name: Text
    supervisor: str | None  # unit that supervises this level
    above: bool  # lies above the town: its units belong to the jurisdiction that the town is part of
    spot: Spot


@dataclass(frozen=True, slots=True)
class Unit:
    """An office, department, station or post that can hold a case."""

    key: str
    name: Text
    level: str | None
    vacant: str | None  # unit that stands in while nobody holds this one
    channels: tuple[str, ...]  # inbox, mail, webhook, file
    spot: Spot
    head: str | None = None  # unit that heads this one, for 'head of lead'


@dataclass(frozen=True, slots=True)
class PlaceCode:
    """The parts of a grid's code, kept apart: joined letters can collide (A-14)."""

    street: str
    community: str
    serial: int


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A village, community, grid or point that the town's pack names."""

    key: str
    name: Text
    level: str | None  # level whose jurisdiction this place is (a village), None for a grid
    part_of: str | None
    dedicated_to: str | None  # unit of a dedicated grid (P000.9)
    spot: Spot
    facts: Mapping[str, bool | int | float | str] = field(default_factory=dict)  # those with source 'place'
    ends_on: date | None = None  # first local day on which it takes no new cases
    becomes: tuple[str, ...] = ()  # places that take over from that day
    code: PlaceCode | None = None
    area: tuple[Polygon, ...] | None = None  # from grids.geojson

    def takes_cases(self, on: date) -> bool:
        """Tell whether new cases of the local day may name this place."""
        return self.ends_on is None or on < self.ends_on


class Combining(StrEnum):
    """What a fact of a case with several categories is, from format 2 on (RC-17)."""

    MAIN = "main"  # what the main category says
    ANY = "any"  # yes where any of them says yes
    ALL = "all"  # yes where all of them say yes
    STRONGEST = "strongest"  # of a choice the value that is listed last, of numbers the greatest


@dataclass(frozen=True, slots=True)
class Times:
    """When a milestone must be reached for a fact from time to hold: everything that is said must be so.

    Args:
        at: the milestone whose time is meant.
        between: spans of the local day, the end exclusive; one that ends no later than it begins goes past midnight.
        days: 'working_day', 'weekend', 'holiday', or weekdays 'mon' … 'sun'; empty: any day.
        office_hours: within office hours, or outside; None: either.
    """

    at: str
    between: tuple[tuple[str, str], ...] = ()
    days: tuple[str, ...] = ()
    office_hours: bool | None = None


@dataclass(frozen=True, slots=True)
class EarlierCases:
    """Which earlier cases a fact counts, the case itself with them; the upper bound of its type is the most counted.

    Args:
        same: what they have in common with the case: 'category', 'place', 'reporter', 'device'.
        days: how long before the case's report they were reported at most, in days of 24 hours.
    """

    same: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared statement about a case: its type, and where it comes from."""

    type: FactType
    name: Text
    source: Literal["reporter", "category", "place", "step", "history", "time", "earlier cases", "platform"]
    ask: Text  # question to the reporter, empty if none is asked
    default: bool | int | float | str | None
    spot: Spot
    counts: str | None = None  # source 'history': the step or milestone whose occurrences it counts
    value_names: Mapping[str, Text] = field(default_factory=dict)  # names of a choice's values, if given
    combine: Combining | None = None  # source 'category': how it combines; None: as format 1 does
    times: Times | None = None  # source 'time': when it holds
    public: bool = False  # source 'step': it stands in publications, masked
    earlier: EarlierCases | None = None  # source 'earlier cases': which it counts


@dataclass(frozen=True, slots=True)
class Category:
    """What a case can be about, and whom that concerns."""

    key: str
    name: Text
    departments: tuple[str, ...]  # main one first; empty: none concerned
    facts: Mapping[str, bool | int | float | str]
    keywords: tuple[str, ...]
    private: bool  # shown in publications as a count only
    asks: tuple[str, ...]  # facts with source 'reporter' that a report must answer
    spot: Spot
    opened_by: tuple[str, ...] = ()  # roles, units and slots who alone may bring it; empty: anybody
    result_public: bool = False  # private, and published all the same: state and result without the person


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """Where working days come from; the days themselves may be amended without a new edition."""

    official: Literal["china"] | None
    weekend: tuple[str, ...]
    office_hours: tuple[tuple[str, str], ...]  # empty: none declared, a day ends at 24:00
    holidays: Mapping[date, Text]
    make_up: Mapping[date, Text]
    years: tuple[int, ...]  # years that the pack's own lists cover completely
    office_hours_on: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # 'fri' → others
