"""A case on one page."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from services.console.domain.sheets.entries import EntrySheet, FileSheet, NoticeSheet
from services.console.domain.sheets.rows import PlaceSheet
from services.console.domain.sheets.steps import StepOffer
from services.console.domain.sheets.values import FactGiven, WhySheet


class DecisionSheet(Struct, frozen=True):
    """One decision about a case."""

    n: int
    decided_at: datetime
    in_effect: bool = True
    reason: WhySheet | None = None
    cause: str | None = None
    fallback: bool = False


class HolderSheet(Struct, frozen=True):
    """Who has a case."""

    lead: str | None = None
    assisting: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


class ReportSheet(Struct, frozen=True):
    """What was reported."""

    category: str
    channel: str
    place: PlaceSheet
    reported_at: datetime
    text: str | None = None
    title: str | None = None
    reporter: str | None = None
    anonymous: bool = False
    on_behalf: bool = False
    private: bool = False
    also: tuple[str, ...] = ()


class OrderSheet(Struct, frozen=True):
    """A unit's share of a case."""

    id: str
    unit: str
    part: str
    state: str
    issued_at: datetime
    held_for_seconds: int = 0
    assignee: str | None = None

    @property
    def moves(self) -> tuple[str, ...]:
        """What its unit can do with a share in which it assists; the lead's follows the case."""
        if self.part != "assist":
            return ()
        return {"issued": ("accept", "done", "decline"), "accepted": ("done", "decline")}.get(self.state, ())


class ClockCopySheet(Struct, frozen=True):
    """A limit, as the case's own page repeats it."""

    stage: str
    state: str
    due_at: datetime | None = None
    label: str | None = None
    verdict: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    reason: WhySheet | None = None


class DuplicateSheet(Struct, frozen=True):
    """Another case that looks like this one."""

    case: str
    number: str


class SatisfactionSheet(Struct, frozen=True):
    """What a reporter said of the result."""

    satisfied: bool | None = None
    at: datetime | None = None
    note: str | None = None


class BoundEdition(Struct, frozen=True):
    """The edition of the rules to which a case is bound."""

    hash: str = ""


class CaseSheet(Struct, frozen=True):
    """Everything about a case that its page shows."""

    case: str
    number: str
    town: str
    state: str
    report: ReportSheet
    changed_at: datetime
    edition: BoundEdition = BoundEdition()
    version: int = 0
    round: int = 1
    breached: bool = False
    flagged: bool = False
    fallback: bool = False
    awaits_decision: bool = False
    due_at: datetime | None = None
    milestones: Mapping[str, datetime] = field(default_factory=dict)
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    assignment: HolderSheet | None = None
    decisions: tuple[DecisionSheet, ...] = ()
    work_orders: tuple[OrderSheet, ...] = ()
    deadlines: tuple[ClockCopySheet, ...] = ()
    notifications: tuple[NoticeSheet, ...] = ()
    attachments: tuple[FileSheet, ...] = ()
    duplicates: tuple[DuplicateSheet, ...] = ()
    satisfaction: tuple[SatisfactionSheet, ...] = ()
    steps: tuple[StepOffer, ...] = ()
    history: tuple[EntrySheet, ...] = ()
    hidden: bool = False
