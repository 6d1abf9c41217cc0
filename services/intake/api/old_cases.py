"""One line of an import: its form, and the old case that it states."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from services.intake.api.inputs import ReporterInput
from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.milestones import ACCEPTED, DRAFT, STATES
from services.intake.domain.old_case import REACHED_AT, Assigned, Deed, Old
from services.intake.domain.old_draft import OUTCOMES, OldDraft
from services.intake.domain.old_published import Published
from services.intake.domain.subject import BY_CATEGORY, BY_MACHINE, WAITS_FOR
from shared.kernel.canonical import content_hash
from shared.rules.decide.propose import Proposal
from shared.web.inputs import Anything, Decimal, Input, Moment, PlainText, WholeNumber, YesNo

_KEY, _UNIT, _MOST = 100, 300, 1000
_HIGHEST = 1_000_000
_SHOWN_ONLY = ("town", "case", "edition", "milestones", "deadlines", "round")


def _keys(longest: int = _KEY) -> fields.List[str]:
    return fields.List(PlainText(longest), validate=validate.Length(max=50))


def _facts() -> fields.Dict:
    return fields.Dict(fields.String(), Anything(), validate=validate.Length(max=200), allow_none=True)


def _count() -> WholeNumber:
    return WholeNumber(validate=validate.Range(0, _HIGHEST), allow_none=True)


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


class OldDraftInput(Input):
    """Why it waits for a person, or once did, and what the person decided."""

    because = fields.List(
        fields.String(validate=validate.OneOf(WAITS_FOR)), required=True, validate=validate.Length(1, 10)
    )
    outcome = fields.String(validate=validate.OneOf(OUTCOMES), allow_none=True)
    at = Moment(allow_none=True)
    by = fields.Nested(ByInput, allow_none=True)
    reason = PlainText(2000, allow_none=True)


class ProposalInput(Input):
    """The category that the words proposed."""

    category = PlainText(_KEY, required=True)
    matched = fields.List(PlainText(_KEY), validate=validate.Length(max=_MOST))


class PublishedInput(Input):
    """A record of the public list, by its instant; older ones have the local day alone."""

    at = Moment(allow_none=True)
    on = fields.Date(required=True)
    level = PlainText(_KEY, allow_none=True)
    state = fields.String(validate=validate.OneOf(sorted(STATES)), allow_none=True)
    round = _count()
    category = fields.Dict(fields.String(), PlainText(_UNIT), allow_none=True)


class OldCaseInput(Input):
    """A case of an older system, or one that this platform exported."""

    number = PlainText(_KEY, required=True)
    category = PlainText(_KEY, allow_none=True)
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
    draft = fields.Nested(OldDraftInput, allow_none=True)
    proposal = fields.Nested(ProposalInput, allow_none=True)
    repeats = _count()
    publications = fields.List(
        fields.Nested(PublishedInput), validate=validate.Length(max=_MOST), allow_none=True
    )
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
    said = {"category": None, **_said(given)}
    plain = ("number", "category", "channel", "text", "reported_at", "place", "lat", "lon", "title", "private",
             "anonymous", "on_behalf", "device", "reporter", "identity", "first_contact", "finder_role",
             "finder_unit", "state", "repeats")  # fmt: skip
    return Old(
        **{name: said[name] for name in plain if name in said},
        digest=_digest(line),
        also=tuple(said.get("also", ())),
        answers=said["answers"] if "answers" in said else said.get("facts", {}),
        first=_assigned(said),
        reached_at=_reached_at(said),
        steps=tuple(_deed(step, n) for n, step in enumerate(said.get("steps", ()))),
        draft=_draft(said),
        proposal=_proposal(said["proposal"]) if "proposal" in said else None,
        published=tuple(map(_published, said["publications"])) if "publications" in said else None,
    )


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _draft(said: Mapping[str, Any]) -> OldDraft | None:
    """A line that only says the state waits for its category, or as a machine's word where it has one."""
    if "draft" not in said:
        waits_for = BY_CATEGORY if said["category"] is None else BY_MACHINE
        return OldDraft((waits_for,)) if said.get("state") == DRAFT else None
    told = _said(said["draft"])
    return OldDraft(
        tuple(told["because"]), told.get("outcome"), told.get("at"), _by(told), told.get("reason")
    )


def _proposal(told: Mapping[str, Any]) -> Proposal:
    matched = tuple(told.get("matched", ()))
    return Proposal(told["category"], matched, sum(map(len, matched)))


def _published(given: Mapping[str, Any]) -> Published:
    told = _said(given)
    kept = {name: told[name] for name in ("level", "state", "round") if name in told}
    return Published(told.get("at"), told["on"], name=told.get("category"), **kept)


def _by(said: Mapping[str, Any]) -> Actor:
    by = said.get("by")
    return Actor(by["role"], by.get("unit"), by.get("person")) if by else PLATFORM


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
    said = _said(given)
    return Deed(
        f"steps.{n}",
        said["step"],
        said["at"],
        _by(said),
        tuple(said["marks"]) if "marks" in said else None,
        tuple(said["undone"]) if "undone" in said else None,
        said.get("facts", {}),
        said.get("note"),
        said.get("due_at"),
        _assigned(said) if "lead" in said else None,
    )
