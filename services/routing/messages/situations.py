"""From intake's messages to the situation that the rules look at."""

from collections.abc import Mapping
from typing import Any

from shared.rules.decide import Situation


def from_report(data: Mapping[str, Any]) -> Situation:
    """Return the situation of a case just admitted."""
    return Situation(**_of_case(data))


def from_step(data: Mapping[str, Any]) -> Situation:
    """Return the situation of a running case that asks for a new decision.

    Who leads now is the 'previous lead' of the decision to come.
    """
    held = data["assignment"] or {}
    return Situation(
        **_of_case(data),
        levels=tuple(held.get("levels", ())),
        lead=held.get("lead"),
        previous_lead=held.get("lead"),
        assisting=tuple(held.get("assisting", ())),
        procedure=held.get("procedure"),
        round=data["round"],
        handed_over=held.get("previous_lead") not in (None, held.get("lead")),
    )


def _of_case(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "category": data["category"],
        "channel": data["channel"],
        "place": data["place"].get("key"),
        "facts": data["facts"],
        "finder_role": data.get("finder_role"),
        "finder_unit": data.get("finder_unit"),
        "first_contact": data.get("first_contact"),
        "reporter": data.get("reporter"),
        "from_above": data.get("linked_from") is not None,
        "also": tuple(data.get("also", ())),
        "reporters": data["facts"].get("reporters", 1 + len(data.get("reporters", ()))),
        "repeats": data["facts"].get("repeats", 0),
    }
