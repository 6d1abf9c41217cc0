"""What a message of the case says of where it stands, in the form that is kept, and as the rules see it."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.envelope import Envelope
from shared.kernel.instants import parse_instant
from shared.rules.decide.situation import Situation

_KEPT = (
    "category",
    "channel",
    "place",
    "facts",
    "reporter",
    "first_contact",
    "finder_role",
    "finder_unit",
    "private",
)


def standing_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of an admitted case or of a step."""
    return {
        **{key: data.get(key) for key in _KEPT},
        "round": data.get("round", 1),
        "state": data.get("state", "reported"),
        "assignment": data.get("assignment"),
    }


def situation_of(standing: Mapping[str, Any]) -> Situation:
    """Return the case as the rules see it."""
    held = standing.get("assignment") or {}
    return Situation(
        category=standing["category"],
        channel=standing["channel"],
        place=standing["place"].get("key"),
        facts=standing["facts"] or {},
        levels=tuple(held.get("levels", ())),
        lead=held.get("lead"),
        previous_lead=held.get("previous_lead"),
        assisting=tuple(held.get("assisting", ())),
        procedure=held.get("procedure"),
        round=standing["round"],
        finder_role=standing.get("finder_role"),
        finder_unit=standing.get("finder_unit"),
        first_contact=standing.get("first_contact"),
        reporter=standing.get("reporter"),
    )


def step_at(message: Envelope) -> Any:
    """Return the instant of a step, as the case's own service gave it."""
    return parse_instant(message.data["at"])
