"""What a scenario about figures and assessment says, after reading. Plain frozen values.

Decides nothing. Instants are local labels; what is None is not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.pack.model import Spot, TallyKind
from shared.rules.worktime.spans import CalendarSpan


@dataclass(frozen=True, slots=True)
class CountedRow:
    """Something that there is to count; `times` so many of it."""

    kind: TallyKind
    at: str
    named: str = ""
    until: str | None = None
    place: str | None = None
    unit: str | None = None
    person: str | None = None
    category: str | None = None
    result: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    is_imported: bool = False
    called: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Whose:
    """Of what, of whom, in which period; where it stands."""

    of: str
    subject: str
    span: CalendarSpan
    spot: Spot


@dataclass(frozen=True, slots=True)
class GivenPoints:
    """Points that somebody gives."""

    whose: Whose
    item: str
    points: Decimal
    by: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody says that something was counted wrongly."""

    figure: str
    to: str
    is_upheld: bool


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    """What a figure must come to."""

    whose: Whose
    value: Decimal | None = None
    is_unknown: bool = False
    is_kept_back: bool = False
    rests_on: tuple[str, ...] | None = None
    apart: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRank:
    """Points and rank that somebody must have."""

    whose: Whose
    points: Decimal | None = None
    out_of: Decimal | None = None
    rank: int | None = None
    is_unknown: bool = False
    lacks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedProposal:
    """What must be proposed, or must not.

    Args:
        is_open: the amount must be open. yuan: an amount; with `most` the least of a range.
    """

    whose: Whose
    proposal: str
    to: tuple[str, ...] | None = None
    decided_by: tuple[str, ...] | None = None
    is_heard: bool | None = None
    yuan: int | None = None
    most: int | None = None
    is_open: bool = False
    owes: str | None = None
    count: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A line of a document."""

    of: str
    subject: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """What a document must be like."""

    document: str
    span: CalendarSpan
    spot: Spot
    holds: tuple[str, ...] | None = None
    says: tuple[ExpectedLine, ...] = ()
    by: str | None = None
    to: tuple[str, ...] | None = None
    own_part: tuple[str, ...] | None = None
    words: tuple[Text, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExpectedReaders:
    """Who must read a figure or measure."""

    of: str
    spot: Spot
    all: tuple[str, ...] | None = None
    own: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """One scenario about figures and assessment."""

    key: str
    title: Text
    because: tuple[str, ...]
    spot: Spot
    counted: tuple[CountedRow, ...] = ()
    points: tuple[GivenPoints, ...] = ()
    objections: tuple[Objection, ...] = ()
    figures: tuple[ExpectedFigure, ...] = ()
    standings: tuple[ExpectedRank, ...] = ()
    proposed: tuple[ExpectedProposal, ...] = ()
    not_proposed: tuple[ExpectedProposal, ...] = ()
    documents: tuple[ExpectedDocument, ...] = ()
    readers: tuple[ExpectedReaders, ...] = ()
