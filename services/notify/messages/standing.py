"""What a message of the case says of where it stands, in the form that is kept, and as the rules see it."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.envelope import Envelope
from shared.kernel.instants import parse_instant
from shared.rules.decide.situation import Situation
from shared.rules.pack.model import EffectKind

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
    "also",
)


def standing_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of an admitted case or of a step."""
    return {
        **{key: data.get(key) for key in _KEPT},
        "round": data.get("round", 1),
        "state": data.get("state", "reported"),
        "assignment": data.get("assignment"),
        "reporters": list(data.get("reporters", ())),
        "returned_by": _returned_by(data),
    }


def _returned_by(data: Mapping[str, Any]) -> str | None:
    """The rule by which the matter was given back: its title is the reason (a person's words stay in the case)."""
    given = (effect for effect in data.get("effects", ()) if effect and effect[0] == EffectKind.REJECT.value)
    return next((effect[1] for effect in given if len(effect) > 1 and effect[1]), None)


def situation_of(standing: Mapping[str, Any]) -> Situation:
    """Return the case as the rules see it."""
    held, facts = standing.get("assignment") or {}, standing["facts"] or {}
    return Situation(
        category=standing["category"],
        channel=standing["channel"],
        place=standing["place"].get("key"),
        facts=facts,
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
        also=tuple(standing.get("also") or ()),
        reporters=facts.get("reporters", 1 + len(standing.get("reporters") or ())),
        repeats=facts.get("repeats", 0),
    )


def step_at(message: Envelope) -> Any:
    """Return the instant of a step, as the case's own service gave it."""
    return parse_instant(message.data["at"])
