"""What intake keeps of others' facts, clocks and notifications, and what the history says of each.

Decides nothing. Copies carry `as_of`: the instant up to which the other service's fact is known.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from shared.contracts.messages import ClockChanged, NotificationChanged, Reason
from shared.kernel.instants import format_instant
from shared.rules.clocks.changes import ClockBefore
from shared.rules.clocks.clock import ClockState, ClockVerdict


class ClockWas(Struct, frozen=True):
    """What a clock was before it was corrected or excused; what was not replaced is not there at all."""

    state: ClockState | UnsetType = UNSET
    verdict: ClockVerdict | UnsetType | None = UNSET
    due_at: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET
    provisional: bool | UnsetType = UNSET
    edition: str | UnsetType = UNSET
    escalations: tuple[int, ...] | UnsetType = UNSET


def clock_was(before: ClockBefore | None) -> ClockWas | None:
    """Return what a clock was, as histories and answers show it; None where nothing was replaced.

    A correction replaces everything, also what had no value; an upheld appeal the verdict alone.
    """
    if before is None:
        return None
    if before.state is None:
        return ClockWas(verdict=before.verdict)
    return ClockWas(
        state=before.state,
        verdict=before.verdict,
        due_at=format_instant(before.due_at) if before.due_at else None,
        label=before.label,
        provisional=before.provisional,
        edition=before.edition or UNSET,
        escalations=before.escalations or UNSET,
    )


class ClockCopy(Struct, frozen=True, kw_only=True):
    """A clock as sla last told it."""

    id: str
    case_id: str
    stage: str
    state: ClockState
    verdict: ClockVerdict | None
    level: str | None
    unit: str | None
    round: int
    started_at: datetime
    due_at: datetime | None
    label: str | None
    provisional: bool
    missing_year: int | None
    reason: Reason
    certificate: dict[str, Any]
    was: ClockWas | None
    as_of: datetime


def clock_copy(told: ClockChanged, as_of: datetime) -> ClockCopy:
    """Return a clock as this message tells it."""
    return ClockCopy(
        id=told.clock,
        case_id=told.case,
        stage=told.stage,
        state=told.state,
        verdict=told.verdict,
        level=told.level,
        unit=told.unit,
        round=told.round,
        started_at=told.started_at,
        due_at=told.due_at,
        label=told.label,
        provisional=told.provisional,
        missing_year=told.missing_year,
        reason=told.reason,
        certificate=told.certificate,
        was=clock_was(told.was),
        as_of=as_of,
    )


class ClockEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What sla said of a clock."""

    clock: str
    stage: str
    state: ClockState
    round: int
    provisional: bool
    reason: Reason
    at: str
    verdict: ClockVerdict | None = None
    due_at: str | None = None
    label: str | None = None
    escalation: int | None = None
    to: tuple[str, ...] = ()
    mark: str | None = None
    was: ClockWas | UnsetType = UNSET


def clock_entry(told: ClockChanged) -> ClockEntry:
    """Return what the history says of a clock."""
    return ClockEntry(
        clock=told.clock,
        stage=told.stage,
        state=told.state,
        round=told.round,
        provisional=told.provisional,
        reason=told.reason,
        at=format_instant(told.at),
        verdict=told.verdict,
        due_at=format_instant(told.due_at) if told.due_at else None,
        label=told.label,
        escalation=told.escalation,
        to=told.to,
        mark=told.mark,
        was=clock_was(told.was) or UNSET,
    )


class NoticeState(StrEnum):
    """What became of a notification."""

    HELD = "held"  # it waits to be told
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class NoticeCopy(Struct, frozen=True, kw_only=True):
    """A notification as notify last told it.

    Args:
        told_at: when it was told; while it waits, when it was made.
        held_by: what makes it wait, or made it; None: it was told at once.
        held_until: while it waits, when it will be told.
        together: how many notices the message told that told this one.
    """

    id: str
    case_id: str
    on: str
    party: str
    unit: str | None
    person: str | None
    via: str | None
    channel: str
    state: NoticeState
    cause: str | None
    reason: Reason
    told_at: datetime
    as_of: datetime
    held_by: str | None = None
    held_until: datetime | None = None
    together: int = 1


def notice_copy(told: NotificationChanged, state: NoticeState, as_of: datetime) -> NoticeCopy:
    """Return a notification as this message tells it."""
    return NoticeCopy(
        id=told.notification,
        case_id=told.case,
        on=told.on,
        party=told.party,
        unit=told.unit,
        person=told.person,
        via=told.via,
        channel=told.channel,
        state=state,
        cause=told.cause,
        reason=told.reason,
        told_at=told.at,
        as_of=as_of,
        held_by=told.held_by,
        held_until=told.held_until,
        together=told.together,
    )


class NoticeEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What notify said of a notification."""

    notification: str
    on: str
    party: str
    channel: str
    reason: Reason
    at: str
    unit: str | None = None
    person: str | None = None
    via: str | None = None
    cause: str | None = None
    held_by: str | None = None
    held_until: str | None = None
    together: int = 1


def notice_entry(copy: NoticeCopy) -> NoticeEntry:
    """Return what the history says of a notification."""
    return NoticeEntry(
        notification=copy.id,
        on=copy.on,
        party=copy.party,
        channel=copy.channel,
        reason=copy.reason,
        at=format_instant(copy.told_at),
        unit=copy.unit,
        person=copy.person,
        via=copy.via,
        cause=copy.cause,
        held_by=copy.held_by,
        held_until=format_instant(copy.held_until) if copy.held_until else None,
        together=copy.together,
    )
