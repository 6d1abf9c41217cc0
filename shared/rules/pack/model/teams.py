"""Grids and their teams as a pack describes them: size, posts and tasks, who may make a grid, sheets, terminals, rotas.

Decides nothing. What is outside a range or vacant is listed as a hint ('in principle', 原则上) and refuses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import FactType
from shared.rules.pack.model.origins import Origin


@dataclass(frozen=True, slots=True)
class GridFact:
    """A fact of a grid, such as its households: kept by the registry with date and source."""

    type: FactType
    name: Text
    origin: Origin


@dataclass(frozen=True, slots=True)
class GridCheck:
    """A range that a grid is to lie in, or a coverage; what does not is listed, never refused.

    Args:
        ranges: fact → least and greatest, inclusive; None: no bound. One that holds is enough: 'households or persons'
        level: the level whose places it looks at.
        every_place: each place of the town is, lies in, or holds a place of `level` (P003.4).
        of: the places that this is asked of alone, such as those of a pilot; empty: all of them.
    """

    key: str
    origin: Origin
    level: str
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    every_place: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostTask:
    """What belongs to a post, as its card and sign show it."""

    name: Text
    origin: Origin


@dataclass(frozen=True, slots=True)
class Post:
    """A post or a body (a leading group) that has to be held.

    Args:
        units: the units (slots) whose holders fill it: several for 'X' of a 3+X team.
        level: key of the level in each of whose places it is to be filled; None: once in the town.
        least, most: how many persons; None: no bound.
        each: every one of its units is to be held by so many, as 'each department names a specialist'; no: all of them
            together.
        many: one person may hold it in several places (一员多格).
        led_by, guided_by: posts, or units (slots) where no post is called so.
        eligible: what a person must be to be proposed; shown, never judged (P004.7).
    """

    key: str
    origin: Origin
    name: Text
    units: tuple[str, ...]
    level: str | None
    least: int | None = 1
    most: int | None = None
    each: bool = False
    many: bool = True
    led_by: str | None = None
    guided_by: tuple[str, ...] = ()
    eligible: tuple[PostTask, ...] = ()
    tasks: tuple[PostTask, ...] = ()


class SheetKind(StrEnum):
    """The sheets that are drawn from the registry whenever they are asked for."""

    SIGN = "sign"  # posted at the grid's boundary
    MAP = "map"  # layout and sketch of the grids of a place
    CARD = "card"  # contact card for each household


class Shown(StrEnum):
    """What a sheet may show."""

    CODE = "code"
    NAME = "name"
    AREA = "area"
    POSTS = "posts"
    WORKER_NAME = "worker.name"
    WORKER_PHONE = "worker.phone"
    WORKER_PHOTO = "worker.photo"
    TASKS = "tasks"
    FACTS = "facts"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: what it shows follows a change of worker at once.

    Args:
        posts: whose holders it names; empty: every post of the place.
        public: everybody may read it as a page (P001-06C.12, P002B.20).
    """

    key: str
    origin: Origin
    kind: SheetKind
    name: Text
    level: str
    shows: tuple[Shown, ...]
    posts: tuple[str, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Who is to have a terminal (P003.18): holders of posts, or staff of an organisation that fulfils a condition."""

    key: str
    origin: Origin
    posts: tuple[str, ...]
    organisation: str | None = None  # a type of the ledger's entries
    when: Condition | None = None  # over facts of that type


@dataclass(frozen=True, slots=True)
class Rota:
    """A rota of who is on duty when, such as at a service station.

    Args:
        unit: whose holders take turns.
        level: in each of its places; None: once in the town.
    """

    key: str
    origin: Origin
    name: Text
    unit: str
    level: str | None


@dataclass(frozen=True, slots=True)
class Contacts:
    """Members are assigned residents to keep in touch with (P001-12.31); no figure where the policy gives none.

    Args:
        posts: whose holders are assigned.
        of: type of the ledger's entries that are assigned.
    """

    origin: Origin
    posts: tuple[str, ...]
    of: str
    least: int | None = None


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Who may make, change and end grids below a level (P003.5); others' attempts are refused and recorded."""

    origin: Origin
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teams:
    """All that a pack says of its grids and the people in them."""

    facts: Mapping[str, GridFact] = field(default_factory=dict)
    checks: Mapping[str, GridCheck] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    terminals: Mapping[str, Entitlement] = field(default_factory=dict)
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    contacts: Contacts | None = None
    made_by: MadeBy | None = None
