"""Grids and their teams as a pack describes them: size, posts, who may make a grid, sign, terminals, rota.

Decides nothing. What is outside a range or vacant is listed as a hint ('in principle', 原则上) and refuses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import FactType
from shared.rules.pack.model.origins import Origin


@dataclass(frozen=True, slots=True)
class GridFact:
    """A fact of a grid, such as its households: kept by the registry with date and source."""

    type: FactType
    name: Text


@dataclass(frozen=True, slots=True)
class GridCheck:
    """A range that a grid is to lie in, or a coverage; what does not is listed, never refused.

    Args:
        ranges: fact → least and greatest, inclusive; None: no bound.
        every_place_in_grid: each place of the pack lies in a grid (P003.4).
    """

    origin: Origin
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    every_place_in_grid: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A post that has to be held.

    Args:
        unit: the unit (slot) that it is.
        within: 'grid', or key of a level: in each of its places; None: in the town.
        least, most: how many persons; None: no bound.
        many: one person may hold it in several grids (一员多格).
        tasks: what belongs to it, shown on its card and sign.
    """

    origin: Origin
    unit: str
    name: Text
    within: str | None = "grid"
    least: int | None = 1
    most: int | None = None
    many: bool = False
    tasks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet made from the registry (sign, grid map, contact card): what it shows follows a change of worker at once.

    Args:
        kind: 'sign', 'map' or 'card'.
        shows: 'code', 'name', 'worker.name', 'worker.phone', 'worker.photo', 'posts', 'tasks', 'area', 'qr'.
        public: everybody may read it as a page (P001-06C.12, P002B.20).
    """

    origin: Origin
    kind: str
    shows: tuple[str, ...]
    public: bool = False


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Who is to have a terminal (P003.18): holders of posts, or staff of an organisation that fulfils a condition."""

    origin: Origin
    posts: tuple[str, ...]
    organisations: Condition | None = None


@dataclass(frozen=True, slots=True)
class Teams:
    """All that a pack says of its grids."""

    facts: Mapping[str, GridFact] = field(default_factory=dict)
    checks: tuple[GridCheck, ...] = ()
    posts: tuple[Post, ...] = ()
    made_by: tuple[str, ...] = ()  # units or roles who may make and end grids; empty: the operator
    sheets: tuple[Sheet, ...] = ()
    terminals: tuple[Entitlement, ...] = ()
    rota: tuple[str, ...] = ()  # units that keep a rota (who is on duty when)
    contacts: bool = False  # members are assigned residents to keep in touch with (P001-12.31)
