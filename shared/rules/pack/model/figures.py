"""What a town counts and assesses: figures, measures that end in proposals, and the documents that show them.

Decides nothing. What they come to is reckoned by `shared.rules.assess`; nouns of a template stay slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.pack.model.origins import Origin, Spot
from shared.rules.worktime.spans import SpanKind

LEAST_ANSWERS = 5  # of fewer anonymous answers nothing is shown: somebody could be recognised


class TallyKind(StrEnum):
    """What can be counted."""

    CASE = "case"  # named by a milestone or step: reported, settled …
    CLOCK = "clock"  # named by its clock, with its verdict
    RECORD = "record"  # named by its form
    DUTY = "duty"  # named by its duty: an occurrence of one post, with what became of it
    DELIVERY = "delivery"
    SESSION = "session"  # somebody logged in
    ENTRY = "entry"  # of the ledger, named by its type


class Does(StrEnum):
    """How a figure comes of what is counted."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    SHARE = "share"  # in per cent
    AGE = "age"  # mean days that what is open at the end of the period has been open
    RATE = "rate"  # for each hundred of something else
    SPREAD = "spread"  # in how many grids


class Per(StrEnum):
    """Whose figure it is."""

    TOWN = "town"
    GRID = "grid"
    VILLAGE = "village"  # or community: what grids are part of
    UNIT = "unit"
    PERSON = "person"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class FigureTally:
    """Which of what can be counted is meant.

    Args:
        names: milestones, clocks, forms, duties, types of entries; empty: all.
        results: verdicts and the like; empty: all but those that stand apart.
        facts: what their entries must say: one of these values.
        categories: of cases; empty: all.
    """

    kind: TallyKind
    names: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureReaders:
    """Who reads: units, slots or roles.

    Args:
        all: read whatever it says of anybody.
        own: read what it says of their own grid, village, unit or person.
    """

    all: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, sum, mean, share, age or rate, for each grid, person and the like, in each period.

    Args:
        part: of a share: what belongs to it. against: of a rate: what it is for each hundred of.
        value: of a sum or mean: the entry of a form that is a number; None: the amount of what is counted.
        anonymous: answers are counted, nobody's is opened, and of fewer than LEAST_ANSWERS nothing is shown.
        readers: None: everybody who works for the town.
    """

    key: str
    origin: Origin
    name: Text
    does: Does
    of: FigureTally
    per: Per
    every: SpanKind
    part: FigureTally | None = None
    against: FigureTally | None = None
    value: str | None = None
    anonymous: bool = False
    readers: FigureReaders | None = None


@dataclass(frozen=True, slots=True)
class MeasureItem:
    """One item of an assessment.

    Args:
        most: points that it can bring; more are refused.
        figure: from which they are reckoned; None: a person gives them.
        by: units, slots or roles who give them.
        full: value of the figure that brings all points; less bring their part.
        less: points that each of the figure takes away; None: not in this way.
    """

    key: str
    name: Text
    most: Decimal
    figure: str | None = None
    by: tuple[str, ...] = ()
    full: Decimal = Decimal(100)
    less: Decimal | None = None


class Comparison(StrEnum):
    """How a value is held against a number; 'or more' and 'or less' as RC-11 reads them."""

    OR_MORE = "or_more"
    OR_LESS = "or_less"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"


@dataclass(frozen=True, slots=True)
class Bound:
    """When something is proposed: everything that is said must hold.

    Args:
        numbers: comparisons that the value must stand.
        times: in so many periods of the span `within` that ends with this one; 1: in this one.
        last, first: among so many of the lowest or highest rank (A-27).
        running: in so many periods in a row.
        rise: by at least so many per cent, against the mean of `against` earlier periods.
        year_on_year: or against the same period of the year before.
        at_least: below this value no rise is one.
    """

    numbers: Mapping[Comparison, Decimal] = field(default_factory=dict)
    times: int = 1
    within: SpanKind | None = None
    last: int | None = None
    first: int | None = None
    running: int = 1
    rise: int | None = None
    against: int | None = None
    year_on_year: bool = False
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of money (yuan) that is proposed; a range leaves it to whoever decides; None: the policy gives none."""

    least: int | None = None
    most: int | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether no amount can be stated: it is missing or to be set within a range."""
        return self.least is None or self.least != self.most


@dataclass(frozen=True, slots=True)
class ProposalRule:
    """What is proposed where a bound is met. The software does none of it: a named person decides, others do it.

    Args:
        to: units to whom it goes. decided_by: units of whom a named person decides.
        heard: the person concerned is heard before that.
        money: None: it is no matter of money. each: so much for each that was counted.
        owes: form that the person concerned owes; payer: whose budget pays, in words.
        category: of the case that a person reports once it is accepted; None: it opens none.
    """

    key: str
    name: Text
    because: tuple[str, ...]
    bound: Bound
    decided_by: tuple[str, ...]
    spot: Spot
    to: tuple[str, ...] = ()
    heard: bool = False
    money: Sum | None = None
    each: bool = False
    owes: str | None = None
    payer: Text = field(default_factory=Text)
    category: str | None = None


class Rank(StrEnum):
    """Which value comes first."""

    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class TownMeasure:
    """An assessment: a figure, a sum of points, or another measure's points added up; ranked or not.

    Exactly one of `figure`, `items` and `adds` is given.
    """

    key: str
    origin: Origin
    name: Text
    of: Per
    every: SpanKind
    figure: str | None = None
    items: Mapping[str, MeasureItem] = field(default_factory=dict)
    adds: str | None = None
    rank: Rank | None = None
    proposals: Mapping[str, ProposalRule] = field(default_factory=dict)
    readers: FigureReaders | None = None

    @property
    def most(self) -> Decimal:
        """All points that the items can bring."""
        return sum((item.most for item in self.items.values()), Decimal(0))


class DocumentKind(StrEnum):
    """What a document is called; it changes words and pages, never what it holds."""

    REPORT = "report"
    SPECIAL = "special"
    CIRCULAR = "circular"
    ANALYSIS = "analysis"


@dataclass(frozen=True, slots=True)
class Document:
    """A fixed picture of figures and measures: drafted from them, finished and sent by a person, kept as sent.

    Args:
        by: unit that finishes and sends it. to: units that receive it.
        holds: keys of figures and measures.
        own_part: units or roles who are shown what it says of them alone.
        words: headings under which a person writes.
    """

    key: str
    origin: Origin
    name: Text
    kind: DocumentKind
    every: SpanKind
    by: str
    to: tuple[str, ...]
    holds: tuple[str, ...]
    own_part: tuple[str, ...] = ()
    words: tuple[Text, ...] = ()
