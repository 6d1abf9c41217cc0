"""Rows of clocks as they are shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.sla.api.wording import describe_clock, word
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language

_AS_THEY_ARE = ("number", "stage", "state", "verdict", "rule", "because", "edition", "round", "level", "unit",
                "earlier_verdict", "label", "missing_year", "stopped_by")  # fmt: skip
_OF_VERSION = ("version", "event", "mark", "state", "verdict", "unit", "label", "was", "certificate")
_OF_MOVED = ("number", "stage", "revision", "was_state", "state")


def deadline_view(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a clock as a list shows it."""
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "clock": row["clock_id"],
        "case": row["case_id"],
        "assisting": row["situation"]["assisting"],
        "stage_name": word("stages", row["stage"], language),
        "state_name": word("states", row["state"], language),
        "verdict_name": word("verdicts", row["verdict"], language),
        "provisional": row["is_provisional"],
        "started_at": format_instant(row["started_at"]),
        "due_at": _text(row["due_at"]),
        "stopped_at": _text(row["stopped_at"]),
    }


def clock_view(
    row: Mapping[str, Any], versions: Sequence[Mapping[str, Any]], language: Language
) -> dict[str, Any]:
    """Return a clock with every form that it had."""
    return {**deadline_view(row, language), "versions": [_version_view(one, language) for one in versions]}


def _version_view(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _OF_VERSION},
        "at": format_instant(row["at"]),
        "recorded_at": format_instant(row["recorded_at"]),
        "event_name": word("events", row["event"], language),
        "due_at": _text(row["due_at"]),
        "provisional": row["is_provisional"],
        "described": describe_clock(row["certificate"] or {}, language),
    }


def moved_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a revision made of one clock."""
    return {
        **{name: row[name] for name in _OF_MOVED},
        "clock": row["clock_id"],
        "case": row["case_id"],
        "from": _text(row["was_due_at"]),
        "to": _text(row["due_at"]),
        "recorded_at": format_instant(row["recorded_at"]),
    }


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None
