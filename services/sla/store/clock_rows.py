"""A clock as a row of its table, and back; and the version that is added whenever it changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.db.bulk import Row
from shared.kernel.subject import Subject
from shared.rules.clocks.changes import ClockChange
from shared.rules.clocks.clock import Clock, ClockVerdict
from shared.rules.clocks.recounting import is_unsettled
from shared.rules.pack.model import LateKind

# Fields that stand in a column of the same name as they are.
_PLAIN = (
    "edition", "rule", "because", "facts", "stage", "round", "decision", "start_mark", "started_at",
    "counted_from_at", "gaps", "is_immediate", "unit", "level", "due_at", "first_due_at", "label", "is_provisional",
    "is_capped", "missing_year", "not_before_at", "warn_at", "escalations", "reason_at", "late_reason_at",
    "extended_at", "written_at", "written_due_at", "paused_at", "warned_at", "passed_at", "breached_at",
    "stopped_at", "stopped_by", "revision", "version", "excused_at", "silent_until",
)  # fmt: skip


def clock_row(clock: Clock, subject: Subject, number: str, town: str) -> Row:
    """Return the row of a clock; `number`: of its subject."""
    return {
        **{name: getattr(clock, name) for name in _PLAIN},
        "clock_id": clock.id,
        "subject_id": subject.id,
        "subject_kind": subject.kind.value,
        "number": number,
        "town": town,
        "reason_in_time": clock.reason_in_time.value,
        "otherwise": clock.otherwise.value,
        "late_as": clock.late_as.value,
        "reached": sum(1 << nth for nth in clock.reached),
        "verdict": clock.verdict.value if clock.verdict else None,
        "earlier_verdict": clock.earlier_verdict.value if clock.earlier_verdict else None,
        "state": clock.state.value,
        "is_unsettled": is_unsettled(clock),
    }


def clock_of(row: Mapping[Any, Any]) -> Clock:
    """Return the clock that stands in a row; its certificate stays with its versions."""
    return Clock(
        **{name: row[name] for name in _PLAIN},
        id=row["clock_id"],
        reason_in_time=LateKind(row["reason_in_time"]),
        otherwise=LateKind(row["otherwise"]),
        reached=frozenset(nth for nth in range(row["reached"].bit_length()) if row["reached"] >> nth & 1),
        verdict=ClockVerdict(row["verdict"]) if row["verdict"] else None,
        earlier_verdict=ClockVerdict(row["earlier_verdict"]) if row["earlier_verdict"] else None,
    )


def version_row(change: ClockChange, recorded_at: datetime) -> Row:
    """Return the row that keeps what a change made of its clock."""
    clock = change.clock
    return {
        "clock_id": clock.id,
        "version": clock.version,
        "at": change.at,
        "recorded_at": recorded_at,
        "event": change.event.value if change.event else None,
        "mark": change.mark,
        "state": clock.state.value,
        "verdict": clock.verdict.value if clock.verdict else None,
        "unit": clock.unit,
        "due_at": clock.due_at,
        "label": clock.label,
        "is_provisional": clock.is_provisional,
        "was": change.was,
        "certificate": dict(clock.certificate) or None,
    }
