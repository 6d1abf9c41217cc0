"""What assessment answers, as far as pages show it; see `sheets`."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class ItemSheet(Struct, frozen=True):
    """An item of an assessment, and whether the reader gives its points."""

    key: str
    name: str
    most: str
    given: bool = False
    yours: bool = False


class CountedSheet(Struct, frozen=True):
    """A figure, measure or document of the town."""

    key: str
    name: str
    kind: str
    every: str
    per: str | None = None
    does: str | None = None
    counts: str | None = None
    because: tuple[str, ...] = ()
    items: tuple[ItemSheet, ...] = ()
    proposes: bool = False


class CountedRows(Struct, frozen=True):
    """All of them."""

    declared: tuple[CountedSheet, ...] = ()

    def of_kind(self, kind: str) -> tuple[CountedSheet, ...]:
        """Return figures, measures or documents."""
        return tuple(each for each in self.declared if each.kind == kind)

    def find(self, kind: str, key: str) -> CountedSheet | None:
        """Return one of a kind; None: the rules in force have none of that name."""
        return next((each for each in self.of_kind(kind) if each.key == key), None)


class ValueSheet(Struct, frozen=True):
    """A figure's value of one subject."""

    subject: str
    value: str | None = None
    rests_on: tuple[str, ...] = ()
    apart: Mapping[str, int] = {}
    kept_back: bool = False


class ValueRows(Struct, frozen=True):
    """A figure of a period, of all whom the reader may read."""

    values: tuple[ValueSheet, ...] = ()


class ThingSheet(Struct, frozen=True):
    """One thing that was counted."""

    ref: str
    kind: str
    name: str
    at: datetime
    case: str | None = None
    place: str | None = None
    unit: str | None = None
    category: str | None = None
    result: str = ""
    hit: bool = False

    @property
    def path(self) -> str:
        """Where it is kept, below the town's own address; empty: it has no page of its own."""
        if self.case is not None:
            return f"cases/{self.case}"
        rooms = {"record": "records", "duty": "occurrences", "entry": "ledger/entries"}
        return f"{rooms[self.kind]}/{self.ref}" if self.kind in rooms else ""


class ThingRows(Struct, frozen=True):
    """A page of what a figure rests on."""

    things: tuple[ThingSheet, ...] = ()
    next: str | None = None


class RankSheet(Struct, frozen=True):
    """How one subject stands in a measure."""

    subject: str
    value: str | None = None
    out_of: str | None = None
    points: Mapping[str, str | None] = {}
    lacks: tuple[str, ...] = ()
    rank: int | None = None


class RankRows(Struct, frozen=True):
    """A measure of a period."""

    standings: tuple[RankSheet, ...] = ()


class DeedSheet(Struct, frozen=True):
    """What somebody did with a proposal."""

    does: str
    words: str
    by_person: str
    at: datetime
    yuan: int | None = None
    by_unit: str | None = None


class ProposedMatter(Struct, frozen=True):
    """A proposal with its course."""

    proposal: str
    name: str
    subject: str
    state: str
    decided_by: tuple[str, ...] = ()
    is_heard: bool = False
    yuan: int | None = None
    least: int | None = None
    most: int | None = None
    is_open: bool = False
    payer: str = ""
    category: str | None = None
    yours: bool = False
    course: tuple[DeedSheet, ...] = ()

    @property
    def is_to_report(self) -> bool:
        """Tell whether the reader goes on to report the case that was accepted."""
        return self.yours and self.category is not None and self.state == "accepted"

    @property
    def deeds(self) -> tuple[str, ...]:
        """What the reader may put on record next."""
        if not self.yours or self.state in ("declined", "done"):
            return ()
        if self.state == "accepted":
            return ("done",)
        return ("heard",) if self.is_heard and self.state == "proposed" else ("accepted", "declined")


class ProposalRows(Struct, frozen=True):
    """What is proposed of a measure in a period."""

    proposals: tuple[ProposedMatter, ...] = ()


class ObjectionSheet(Struct, frozen=True):
    """An objection, with the verdict on it."""

    id: str
    figure: str
    span: str
    subject: str
    ref: str
    words: str
    by_person: str
    at: datetime
    upheld: bool | None = None
    verdict: str | None = None
    decided_by: str | None = None
    yours: bool = False


class ObjectionRows(Struct, frozen=True):
    """A page of objections."""

    objections: tuple[ObjectionSheet, ...] = ()
    next: str | None = None


class NotedSheet(Struct, frozen=True):
    """Something that was put on record."""

    id: str


class PointsToSend(Struct, frozen=True):
    """Points that somebody gives."""

    subject: str
    item: str
    points: str
    words: str


class DeedToSend(Struct, frozen=True, omit_defaults=True):
    """What somebody does with a proposal."""

    subject: str
    does: str
    words: str
    yuan: int | None = None


class ObjectionToSend(Struct, frozen=True):
    """What somebody says was counted wrongly."""

    figure: str
    span: str
    subject: str
    ref: str
    words: str


class VerdictToSend(Struct, frozen=True):
    """Whether an objection is upheld."""

    upheld: bool
    words: str
