"""From a case to what intake says of it: admitted, and every step since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.publishing import said_effects
from shared.kernel.instants import format_instant


def admitted(case: Case, by: Actor) -> dict[str, Any]:
    """Return the data of `case.admitted`."""
    return {
        **_always(case),
        "reported_at": format_instant(case.reported_at),
        "linked_from": case.linked_from,
        "by": by.as_data(),
    }


def step(
    case: Case, change: Change, by: Actor, at: datetime, due_at: datetime | None, reason: bool
) -> dict[str, Any]:
    """Return the data of a CaseStep: the case as it stands after the change."""
    return {
        **_always(case),
        "step": change.step,
        "marks": list(change.reached),
        "undone": list(change.undone),
        "effects": said_effects(change.effects),
        "ask_decision": change.ask_decision,
        "awaits_decision": change.ask_decision or case.awaiting is not None,
        "at": format_instant(at),
        "by": by.as_data(),
        "round": case.round,
        "state": case.state,
        "assignment": case.assignment,
        "reason": reason,
        "due_at": format_instant(due_at) if due_at else None,
        **({"reporters": list(case.reporters)} if case.reporters else {}),
    }


def _always(case: Case) -> dict[str, Any]:
    return {
        "case": case.id,
        "number": case.number,
        "category": case.category,
        "channel": case.channel,
        "place": case.place,
        "facts": {**case.facts, **_counted(case)},
        "first_contact": case.first_contact,
        "finder_role": case.finder_role,
        "finder_unit": case.finder_unit,
        "reporter": case.reporter,
        "private": case.private,
        **({"seen_by": case.seen_by} if case.seen_by is not None else {}),
        **({"also": list(case.also)} if case.also else {}),
    }


def _counted(case: Case) -> dict[str, int]:
    """What the platform counts on a case, where there is more than the one report."""
    counted = {"reporters": len(case.merged) + 1, "repeats": case.repeats}
    return {name: count for name, count in counted.items() if count != _PLAIN[name]}


_PLAIN = {"reporters": 1, "repeats": 0}


def work_order(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the data of a `work_order.*` message."""
    return {
        "case": row["case_id"],
        "number": row["number"],
        "work_order": row["id"],
        "unit": row["unit"],
        "part": row["part"],
        "state": row["state"],
        "held_for_seconds": row["held_for_seconds"],
        "at": format_instant(at),
    }
