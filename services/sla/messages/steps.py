"""From intake's messages to steps in the words of clocks, and to the situation that rules look at."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from services.sla.domain.life import Step
from shared.kernel.instants import parse_instant
from shared.rules.decide import Situation

AWAITS = "awaits"  # marks a situation that a decision is about to replace, so that it is then judged again
HANDED_OVER = "handed_over"
REPORTED = "reported"
REJECTED = "rejected"
_OF_SITUATION = frozenset(field.name for field in fields(Situation))


def situation_of_report(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the situation of a case just admitted, as plain values."""
    return {
        **_of_case(data),
        "from_above": data.get("linked_from") is not None,
        "levels": [],
        "lead": None,
        "previous_lead": None,
        "assisting": [],
        "procedure": None,
        "round": 1,
        "reporters": 1,
        "handed_over": False,
    }


def situation_of_step(data: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the situation that a step leaves, as plain values; who sent the case stays as it was reported."""
    held = data["assignment"] or {}
    return {
        **_of_case(data),
        "from_above": bool(before and before["from_above"]),
        "levels": list(held.get("levels", ())),
        "lead": held.get("lead"),
        "previous_lead": held.get("previous_lead"),
        "assisting": list(held.get("assisting", ())),
        "procedure": held.get("procedure"),
        "round": data["round"],
        "reporters": data["facts"].get("reporters", 1 + len(data.get("reporters", ()))),
        "handed_over": HANDED_OVER in data["marks"] or bool(before and before.get("handed_over")),
    }


def awaits_decision(data: Mapping[str, Any]) -> bool:
    """Tell whether a step's facts are ahead of its assignment: routing has yet to decide about them."""
    return bool(data["awaits_decision"] and data["assignment"])


def situation(plain: Mapping[str, Any]) -> Situation:
    """Return a situation from its plain values."""
    known = {name: value for name, value in plain.items() if name in _OF_SITUATION}
    lists = {name: tuple(plain[name]) for name in ("levels", "assisting", "also") if name in plain}
    return Situation(**{**known, **lists})


def step_of_report(data: Mapping[str, Any], said_at: datetime) -> Step:
    """Return the step that a report is: the milestone 'reported'."""
    return Step(
        at=parse_instant(data["reported_at"]), marks=(REPORTED,), silent_until=_silent_until(data, said_at)
    )


def step_of(data: Mapping[str, Any], said_at: datetime, *, is_new_situation: bool) -> Step:
    """Return a step in the words of clocks.

    Args:
        said_at: when the case's own service put it on record; what a silent step makes true before is told to nobody.
    """
    held = data["assignment"] or {}
    due_at = data.get("due_at")
    return Step(
        at=parse_instant(data["at"]),
        marks=tuple(data["marks"]),
        undone=tuple(data["undone"]),
        effects=tuple(
            (effect[0], effect[1] if len(effect) > 1 else None) for effect in data["effects"] if effect[0]
        ),
        round=data["round"],
        decision=held.get("decision", 0),
        due_at=parse_instant(due_at) if due_at else None,
        is_new_situation=is_new_situation,
        awaits_decision=awaits_decision(data),
        unit=held.get("lead"),
        level=next(iter(held.get("levels", ())), None),
        silent_until=_silent_until(data, said_at),
    )


def _silent_until(data: Mapping[str, Any], said_at: datetime) -> datetime | None:
    return said_at if data.get("silent") else None


def _of_case(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "category": data["category"],
        "channel": data["channel"],
        "place": data["place"].get("key"),
        "facts": dict(data["facts"]),
        "finder_role": data.get("finder_role"),
        "finder_unit": data.get("finder_unit"),
        "first_contact": data.get("first_contact"),
        "reporter": data.get("reporter"),
        "also": list(data.get("also", ())),
        "repeats": data["facts"].get("repeats", 0),
    }
