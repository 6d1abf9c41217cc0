"""From what the other services say to the rows in which intake keeps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case
from shared.contracts.envelope import Envelope
from shared.kernel.instants import format_instant, parse_instant

_OPEN = frozenset({"running", "extended", "breached", "paused", "withheld"})


def decision_row(message: Envelope, case: Case, in_effect: bool) -> dict[str, Any]:
    """Return the row of `case.routed` or `case.unroutable`; decisions are numbered as they come."""
    data = message.data
    return {
        "case_id": case.id,
        "n": case.decisions + 1,
        "kind": message.type.removeprefix("case."),
        "in_effect": in_effect,
        "assignment": data["assignment"] or None,
        "acceptance": data.get("acceptance"),
        "flagged": data.get("flagged", False),
        "fallback": data.get("fallback", True),
        "reason": data.get("reason"),
        "answers": data.get("answers") or None,
        "cause": data.get("cause"),
        "evaluator": data.get("evaluator"),
        "pass_to": data.get("pass_to"),
        "returned": data.get("returned", False),
        "edition": message.edition,
        "answers_sequence": data["answers_sequence"],
        "decided_at": message.at,
        "as_of": message.at,
    }


def imported_decision(
    case: Case, assignment: Mapping[str, Any], at: datetime, as_of: datetime
) -> dict[str, Any]:
    """Return the row of a decision that an older system made; it has no rule behind it here."""
    return {
        "case_id": case.id,
        "n": case.decisions,
        "kind": "imported",
        "in_effect": True,
        "assignment": dict(assignment),
        "acceptance": None,
        "flagged": False,
        "fallback": False,
        "reason": None,
        "answers": None,
        "cause": None,
        "evaluator": None,
        "pass_to": None,
        "returned": False,
        "edition": case.edition,
        "answers_sequence": 0,
        "decided_at": at,
        "as_of": as_of,
    }


def clock_row(message: Envelope) -> dict[str, Any]:
    """Return the row of a `clock.*` message."""
    data = message.data
    due = data.get("due_at")
    return {
        "id": data["clock"],
        "case_id": data["case"],
        "stage": data["stage"],
        "state": data["state"],
        "verdict": data.get("verdict"),
        "level": data.get("level"),
        "unit": data.get("unit"),
        "round": data["round"],
        "started_at": parse_instant(data["started_at"]),
        "due_at": parse_instant(due) if due else None,
        "label": data.get("label"),
        "provisional": data["provisional"],
        "missing_year": data.get("missing_year"),
        "reason": data["reason"],
        "certificate": data["certificate"],
        "was": data["was"] or None,
        "as_of": message.at,
    }


def open_clocks(case: Case, row: dict[str, Any]) -> dict[str, list[str | None]]:
    """Return the case's open clocks once this one stands as the row says."""
    clocks = {key: list(value) for key, value in case.clocks.items() if key != row["id"]}
    if row["state"] in _OPEN:
        clocks[row["id"]] = [
            row["stage"],
            row["state"],
            format_instant(row["due_at"]) if row["due_at"] else None,
        ]
    return clocks


def notice_row(message: Envelope) -> dict[str, Any]:
    """Return the row of a `notification.*` message."""
    data = message.data
    return {
        "id": data["notification"],
        "case_id": data["case"],
        "on": data["on"],
        "party": data["party"],
        "unit": data.get("unit"),
        "person": data.get("person"),
        "via": data.get("via"),
        "channel": data["channel"],
        "state": message.type.removeprefix("notification."),
        "cause": data.get("cause"),
        "reason": data["reason"],
        "told_at": parse_instant(data["at"]),
        "as_of": message.at,
    }
