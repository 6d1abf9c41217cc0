"""Lists of cases and of deadlines."""

from datetime import datetime

from msgspec import Struct


class PlaceSheet(Struct, frozen=True):
    """Where a case is."""

    key: str | None = None
    jurisdiction: str = ""
    lat: float | None = None
    lon: float | None = None


class CaseRow(Struct, frozen=True):
    """A case in a list."""

    id: str
    number: str
    category: str
    place: PlaceSheet
    state: str
    reported_at: datetime
    title: str | None = None
    level: str | None = None
    lead: str | None = None
    due_at: datetime | None = None
    changed_at: datetime | None = None
    breached: bool = False
    flagged: bool = False
    private: bool = False


class CaseRows(Struct, frozen=True):
    """A page of cases."""

    cases: tuple[CaseRow, ...]
    next: str | None = None


class DeadlineRow(Struct, frozen=True):
    """A clock in a list, what is due first before the rest."""

    clock: str
    case: str
    number: str
    stage: str
    stage_name: str
    state: str
    state_name: str
    started_at: datetime
    rule: str = ""
    because: tuple[str, ...] = ()
    verdict: str | None = None
    verdict_name: str | None = None
    level: str | None = None
    unit: str | None = None
    due_at: datetime | None = None
    label: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    stopped_at: datetime | None = None
    category: str = ""
    place: str | None = None


class DeadlineRows(Struct, frozen=True):
    """A page of clocks."""

    deadlines: tuple[DeadlineRow, ...]
    next: str | None = None
