"""A case as a line of an export states it: the fields of the line, as types.

Decides nothing but their names, which are those of an import.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct, field

from services.intake.domain.case import DraftNote, ProposedCategory, ReportFlags
from shared.kernel.texts import Text
from shared.rules.logic.facts import Value


class ExportedStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened; what is not known of it is not said.

    Args:
        at, due_at: RFC 3339, as the history has them.
        by: role, unit and person, as far as they are known.
        lead, levels, assisting, procedure: where the case was given to somebody.
    """

    step: str
    at: str
    by: Mapping[str, str]
    marks: tuple[str, ...]
    undone: tuple[str, ...]
    facts: dict[str, Value] = field(default_factory=dict)
    note: str | None = None
    due_at: str | None = None
    lead: str | None = None
    levels: tuple[str, ...] | None = None
    assisting: tuple[str, ...] | None = None
    procedure: str | None = None


class ExportedPublication(Struct, frozen=True, kw_only=True):
    """One record of the public list.

    Args:
        at: None: only the local day `on` was kept.
        category: its name in both languages; None: the case was counted only.
    """

    at: datetime | None
    on: str
    level: str | None
    state: str
    round: int | None
    category: Text | None


class ExportedDeadline(Struct, frozen=True, kw_only=True):
    """One limit, as the service that keeps the clocks has told of it last."""

    stage: str
    rule: str
    state: str
    verdict: str | None
    round: int
    started_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCase(ReportFlags):
    """A case or a draft on its way to another system: the fields of a line."""

    number: str
    state: str
    category: str | None
    also: tuple[str, ...]
    channel: str
    place: str | None
    lat: float | None
    lon: float | None
    title: str | None
    text: str
    reporter: str | None
    first_contact: str | None
    finder_role: str | None
    finder_unit: str | None
    device: str | None
    lead: str | None
    levels: tuple[str, ...]
    assisting: tuple[str, ...]
    procedure: str | None
    round: int
    reported_at: datetime
    accepted_at: datetime | None
    settled_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    rejected_at: datetime | None
    answers: Mapping[str, Value]
    facts: Mapping[str, Value]
    steps: tuple[ExportedStep, ...]
    draft: DraftNote | None
    proposal: ProposedCategory | None
    repeats: int | None
    publications: tuple[ExportedPublication, ...]
    milestones: Mapping[str, datetime]
    deadlines: tuple[ExportedDeadline, ...]
    town: str
    case: str
    edition: str
    identity: Mapping[str, str] | None = None
