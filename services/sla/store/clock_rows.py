"""A clock as a row of its table, and back; and the version that is added whenever it changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.sla.domain.changes import Change
from services.sla.domain.clock import Clock, Verdict
from services.sla.domain.recounting import is_unsettled
from services.sla.domain.rungs import Rung
from services.sla.store.lives import dump_spans, load_spans
from shared.db.bulk import Row
from shared.kernel.instants import format_instant, parse_instant
from shared.rules.pack.model import LateKind

# Fields that stand in a column of the same name as they are.
_PLAIN = (
    "edition", "rule", "facts", "stage", "round", "decision", "start_mark", "started_at", "counted_from_at",
    "is_immediate", "unit", "level", "due_at", "first_due_at", "label", "is_provisional", "is_capped",
    "missing_year", "not_before_at", "warn_at", "reason_at", "late_reason_at", "extended_at", "written_at",
    "written_due_at", "paused_at", "warned_at", "passed_at", "breached_at", "stopped_at", "stopped_by",
    "revision", "version", "excused_at", "silent_until",
)  # fmt: skip


def clock_row(clock: Clock, case_id: str, number: str, town: str) -> Row:
    """Return the row of a clock."""
    return {
        **{name: getattr(clock, name) for name in _PLAIN},
        "clock_id": clock.id,
        "case_id": case_id,
        "number": number,
        "town": town,
        "because": list(clock.because),
        "gaps": dump_spans(clock.gaps),
        "rungs": [dump_rung(rung) for rung in clock.rungs],
        "reason_in_time": clock.reason_in_time.value,
        "otherwise": clock.otherwise.value,
        "late_as": clock.late_as.value,
        "reached": sum(1 << nth for nth in clock.reached),
        "verdict": clock.verdict.value if clock.verdict else None,
        "earlier_verdict": clock.earlier_verdict.value if clock.earlier_verdict else None,
        "state": clock.state.value,
        "is_unsettled": is_unsettled(clock),
    }


def clock_of(row: Mapping[str, Any]) -> Clock:
    """Return the clock that stands in a row; its certificate stays with its versions."""
    return Clock(
        **{name: row[name] for name in _PLAIN},
        id=row["clock_id"],
        because=tuple(row["because"]),
        gaps=load_spans(row["gaps"]),
        rungs=tuple(load_rung(kept) for kept in row["rungs"]),
        reason_in_time=LateKind(row["reason_in_time"]),
        otherwise=LateKind(row["otherwise"]),
        reached=frozenset(nth for nth in range(row["reached"].bit_length()) if row["reached"] >> nth & 1),
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        earlier_verdict=Verdict(row["earlier_verdict"]) if row["earlier_verdict"] else None,
    )


def version_row(change: Change, recorded_at: datetime) -> Row:
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
        "was": dict(change.was) or None,
        "certificate": dict(clock.certificate) or None,
    }


def dump_rung(rung: Rung) -> list[Any]:
    """Return an escalation as plain values; what only reminders have, only for them."""
    plain = [_text(rung.at), rung.is_later, list(rung.to), rung.mark, _text(rung.first_at)]
    return [*plain, rung.most, rung.told, _text(rung.last_at)] if rung.repeats else plain


def load_rung(kept: list[Any]) -> Rung:
    """Return an escalation as it stands in the column `rungs`."""
    at, is_later, to, mark, *more = kept
    first_at = more[0] if more else at
    rung = Rung(_instant(at), is_later, tuple(to), mark, _instant(first_at))
    if len(more) < _OF_REMINDER:
        return rung
    _, most, told, last_at = more
    return replace(rung, repeats=True, most=most, told=told, last_at=_instant(last_at))


_OF_REMINDER = 4


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
