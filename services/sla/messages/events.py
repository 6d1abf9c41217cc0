"""What is said of clocks: the data of 'clock.…' and of alarms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.sla.domain.changes import Change
from services.sla.domain.clock import Clock
from shared.kernel.instants import format_instant


def clock_event(change: Change, case_id: str, number: str) -> dict[str, Any]:
    """Return the data of the message that a change is said with; the certificate comes with every new count."""
    clock = change.clock
    return {
        "case": case_id,
        "number": number,
        "clock": clock.id,
        "stage": clock.stage,
        "state": clock.state.value,
        "verdict": clock.verdict.value if clock.verdict else None,
        "reason": {"rule": clock.rule, "because": list(clock.because), "facts": dict(clock.facts)},
        "level": clock.level,
        "unit": clock.unit,
        "round": clock.round,
        "started_at": format_instant(clock.started_at),
        "due_at": _text(clock.due_at),
        "label": clock.label,
        "provisional": clock.is_provisional,
        "at": format_instant(change.at),
        "escalation": change.escalation,
        "to": list(change.to),
        "mark": change.mark,
        "was": dict(change.was),
        "certificate": dict(clock.certificate),
        "missing_year": clock.missing_year,
        "silent": change.is_silent,
    }


def calendar_missing(clock: Clock, case_id: str, year: int, at: datetime) -> dict[str, Any]:
    """Return the data of the alarm that a year's days are missing (RC-22); the case is the first that needs them."""
    detail = {"year": year, "stage": clock.stage, "clock": clock.id, "is_provisional": clock.is_provisional}
    return _alarm("calendar-missing", case_id, detail, at)


def disagreement(case_id: str, answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the data of the alarm that the evaluators differ about a case's limits."""
    return _alarm("disagreement", case_id, {"about": "limits", "answers": dict(answers)}, at)


def clock_skew(seconds: float, at: datetime) -> dict[str, Any]:
    """Return the data of the alarm that an engine's clock is not the database's."""
    return _alarm("clock-skew", None, {"seconds": round(seconds, 3)}, at)


def _alarm(code: str, case_id: str | None, detail: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"code": code, "case": case_id, "detail": detail, "at": format_instant(at)}


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None
