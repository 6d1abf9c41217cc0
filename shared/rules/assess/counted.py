"""What there is to count: one row for each thing that happened, with all that figures may ask for.

Decides whether a figure means a row, and which rows stand apart. Must not know where rows come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from shared.rules.pack.model import FigureTally, TallyKind

APART = ("extended", "excused", "withheld", "imported")
Struck = frozenset[tuple[str, str]]  # figure and ref: taken out by an upheld objection (剔除)


@dataclass(frozen=True, slots=True)
class Tallied:
    """One thing that happened.

    Args:
        ref: by which it is opened: a case, record, occurrence … and, of several of one kind, which of them.
        name: milestone, clock, form, duty or type of entry.
        at: the instant that puts it into a period. until: when it ended; None: it has not.
        result: verdict and the like; '' where there is none.
        facts: entries of the form.
        amount: what of it is added up: minutes, points; None: nothing.
    """

    ref: str
    kind: TallyKind
    name: str
    at: datetime
    until: datetime | None = None
    place: str | None = None
    unit: str | None = None
    person: str | None = None
    category: str | None = None
    result: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    is_imported: bool = False

    @property
    def apart(self) -> str | None:
        """Under which word it stands apart; None: it counts with the others."""
        if self.is_imported:
            return "imported"
        return self.result if self.result in APART else None


def is_meant(counting: FigureTally, row: Tallied) -> bool:
    """Tell whether a row is of the kind that is counted, whatever became of it."""
    return (
        row.kind is counting.kind
        and (not counting.names or row.name in counting.names)
        and (not counting.categories or row.category in counting.categories)
        and all(row.facts.get(name) in values for name, values in counting.facts.items())
    )


def has_result(counting: FigureTally, row: Tallied) -> bool:
    """Tell whether it came out as is asked; where nothing is asked, whatever stands apart does not."""
    if counting.results:
        return row.result in counting.results and not row.is_imported
    return row.apart is None
