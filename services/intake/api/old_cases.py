"""One line of an import: its form, and the old case that it states."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from services.intake.api.inputs import ReporterInput
from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.milestones import ACCEPTED
from services.intake.domain.old_case import REACHED_AT, Assigned, Deed, Old
from shared.kernel.canonical import content_hash
from shared.web.inputs import Anything, Decimal, Input, Moment, PlainText, WholeNumber, YesNo

_KEY, _UNIT, _MOST = 100, 300, 1000
_SHOWN_ONLY = ("town", "case", "edition", "milestones", "deadlines", "round")


def _keys(longest: int = _KEY) -> fields.List[str]:
    return fields.List(PlainText(longest), validate=validate.Length(max=50))


def _facts() -> fields.Dict:
    return fields.Dict(fields.String(), Anything(), validate=validate.Length(max=200), allow_none=True)


class ByInput(Input):
    """Who took a step, by role and unit; a person by reference."""

    role = PlainText(_KEY, required=True)
    unit = PlainText(_UNIT, allow_none=True)
    person = PlainText(_KEY, allow_none=True)


class OldStepInput(Input):
    """Something that happened: a step of the town's rules, or any with the milestones that it reached."""

    step = PlainText(_KEY, required=True)
    at = Moment(required=True)
    by = fields.Nested(ByInput, allow_none=True)
    marks = _keys()
    undone = _keys()
    facts = _facts()
    note = PlainText(5000, allow_none=True)
    due_at = Moment(allow_none=True)
    lead = PlainText(_UNIT, allow_none=True)
    levels = _keys()
    assisting = _keys(_UNIT)
    procedure = PlainText(_KEY, allow_none=True)


class OldCaseInput(Input):
    """A case of an older system, or one that this platform exported."""

    number = PlainText(_KEY, required=True)
    category = PlainText(_KEY, required=True)
    also = _keys()
    channel = PlainText(_KEY, required=True)
    text = PlainText(5000, required=True)
    title = PlainText(200, allow_none=True)
    place = PlainText(_KEY, allow_none=True)
    lat = Decimal(validate=validate.Range(-90, 90), allow_none=True)
    lon = Decimal(validate=validate.Range(-180, 180), allow_none=True)
    answers = _facts()
    facts = _facts()
    private = YesNo()
    anonymous = YesNo()
    on_behalf = YesNo()
    device = PlainText(_KEY, allow_none=True)
    reporter = PlainText(_KEY, allow_none=True)
    identity = fields.Nested(ReporterInput, allow_none=True)
    first_contact = PlainText(_UNIT, allow_none=True)
    finder_role = PlainText(_KEY, allow_none=True)
    finder_unit = PlainText(_UNIT, allow_none=True)
    state = PlainText(_KEY, allow_none=True)
    lead = PlainText(_UNIT, allow_none=True)
    levels = _keys()
    assisting = _keys(_UNIT)
    procedure = PlainText(_KEY, allow_none=True)
    reported_at = Moment(required=True)
    accepted_at = Moment(allow_none=True)
    settled_at = Moment(allow_none=True)
    verified_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    rejected_at = Moment(allow_none=True)
    steps = fields.List(fields.Nested(OldStepInput), validate=validate.Length(max=_MOST))
    # what an export shows beside these; how the case stands is made of its steps again
    town = PlainText(_KEY, allow_none=True)
    case = PlainText(_KEY, allow_none=True)
    edition = PlainText(_KEY, allow_none=True)
    round = WholeNumber(allow_none=True)
    milestones = fields.Dict(allow_none=True)
    deadlines = fields.List(fields.Dict(), allow_none=True)


def old_case(given: Mapping[str, Any], line: Mapping[str, Any]) -> Old:
    """Return the case that a line states.

    Args:
        given: the line as the schema has loaded it; line: as it came, by which it is known again.
    """
    said = {name: value for name, value in given.items() if value is not None}
    plain = ("number", "category", "channel", "text", "reported_at", "place", "lat", "lon", "title", "private",
             "anonymous", "on_behalf", "device", "reporter", "identity", "first_contact", "finder_role",
             "finder_unit", "state")  # fmt: skip
    return Old(
        **{name: said[name] for name in plain if name in said},
        digest=_digest(line),
        also=tuple(said.get("also", ())),
        answers=said["answers"] if "answers" in said else said.get("facts", {}),
        first=_assigned(said),
        reached_at=_reached_at(said),
        steps=tuple(_deed(step, n) for n, step in enumerate(said.get("steps", ()))),
    )


def _digest(line: Mapping[str, Any]) -> str:
    """What an export only shows does not make another case of it."""
    shown = {*_SHOWN_ONLY, *(["facts"] if "answers" in line else [])}
    return content_hash({name: value for name, value in line.items() if name not in shown})


def _reached_at(said: Mapping[str, Any]) -> dict[str, datetime]:
    named = {ACCEPTED: "accepted_at", **REACHED_AT}
    return {mark: said[name] for mark, name in named.items() if name in said}


def _assigned(said: Mapping[str, Any]) -> Assigned:
    return Assigned(
        said.get("lead"),
        tuple(said["levels"]) if said.get("levels") else None,
        tuple(said["assisting"]) if "assisting" in said else None,
        said.get("procedure"),
    )


def _deed(given: Mapping[str, Any], n: int) -> Deed:
    said = {name: value for name, value in given.items() if value is not None}
    by = said.get("by")
    return Deed(
        f"steps.{n}",
        said["step"],
        said["at"],
        Actor(by["role"], by.get("unit"), by.get("person")) if by else PLATFORM,
        tuple(said["marks"]) if "marks" in said else None,
        tuple(said["undone"]) if "undone" in said else None,
        said.get("facts", {}),
        said.get("note"),
        said.get("due_at"),
        _assigned(said) if "lead" in said else None,
    )
