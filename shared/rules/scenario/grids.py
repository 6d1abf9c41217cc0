"""Scenarios of grids and teams: what is known of them on a day, and what is listed and shown of it then.

Read with every name checked against the pack. Decides which cannot be held against it; does not do so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.kernel.texts import Text
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Spot

Named = Mapping[str, tuple[str, ...]]  # what is listed, by the name of what lists it
PlaceFacts = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class GridHolder:
    """Who is in a unit, from a day and until one, both included.

    Args:
        place: where the unit sits; None: in the town.
    """

    unit: str
    place: str | None
    who: tuple[str, ...]
    first: date | None = None
    last: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether they are in it on a day."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class GridPosted:
    """What sheets may say of somebody."""

    name: str = ""
    phone: str = ""
    photo: bool = False


@dataclass(frozen=True, slots=True)
class GridOrganisation:
    """An organisation of the ledger."""

    type: str
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CardExpected:
    """What the card of a post says; None: not looked at."""

    tasks: tuple[str, ...] | None = None
    eligible: tuple[str, ...] | None = None
    led_by: str | None = None
    guided_by: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SheetExpected:
    """What stands on the sheet of a place; None: not looked at.

    Args:
        has: what is on it, no more and no less. names: whom it names, by post.
    """

    sheet: str
    place: str
    has: frozenset[str] | None
    names: Named
    within: tuple[str, ...] | None
    public: bool | None


@dataclass(frozen=True, slots=True)
class GridExpected:
    """What must come of it: each list whole, for what is named in it; what is not named is not looked at.

    Args:
        on: the local day. facts: other ones than the scenario's; None: those.
    """

    spot: Spot
    on: date
    facts: PlaceFacts | None = None
    outside: Named = field(default_factory=dict)
    unsaid: Named = field(default_factory=dict)
    uncovered: Named = field(default_factory=dict)
    vacant: Named = field(default_factory=dict)
    too_many: Named = field(default_factory=dict)
    in_several: Named = field(default_factory=dict)
    entitled: Named = field(default_factory=dict)
    without_contacts: tuple[str, ...] | None = None
    may_make: Mapping[str, bool] = field(default_factory=dict)
    rotas: Mapping[str, Named] = field(default_factory=dict)
    cards: Mapping[str, CardExpected] = field(default_factory=dict)
    sheets: tuple[SheetExpected, ...] = ()


@dataclass(frozen=True, slots=True)
class GridTrial:
    """One scenario of a town's grids and teams."""

    key: str
    title: Text
    because: tuple[str, ...]
    spot: Spot
    on: date
    facts: PlaceFacts
    holders: tuple[GridHolder, ...]
    posted: Mapping[str, GridPosted]
    organisations: Mapping[str, GridOrganisation]
    assigned: Mapping[str, int]
    expected: tuple[GridExpected, ...]
