"""One line of an import: its form, and the case of an older system that it states."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from services.intake.api.inputs import FlagsInput, ReporterInput
from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import FLAGS, DraftNote, ProposedCategory
from services.intake.domain.milestones import ACCEPTED, DRAFT, STATES
from services.intake.domain.report_categories import BY_CATEGORY, BY_MACHINE, WAITS_FOR
from services.intake.transfer.domain.imported_case import (
    REACHED_AT,
    ImportedCase,
    ImportedPublication,
    ImportedStep,
    StatedAssignment,
)
from services.intake.transfer.domain.imported_draft import OUTCOMES
from shared.contracts.messages import Actor
from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseState
from shared.rules.logic.facts import Value
from shared.web.inputs import Decimal, Input, InstantField, OneLine, PlainText, WholeNumber, facts_field

_KEY, _UNIT, _MOST = 100, 300, 1000
_HIGHEST = 1_000_000
_SHOWN_ONLY = ("town", "case", "edition", "milestones", "deadlines", "round")


def _keys(longest: int = _KEY) -> fields.List[str]:
    return fields.List(PlainText(longest), validate=validate.Length(max=50))


def _facts() -> fields.Dict:
    return facts_field(200, allow_none=True)


def _count() -> WholeNumber:
    return WholeNumber(validate=validate.Range(0, _HIGHEST), allow_none=True)


class ByInput(Input):
    """Who took a step, by role and unit; a person by reference."""

    role = PlainText(_KEY, required=True)
    unit = PlainText(_UNIT, allow_none=True)
    person = PlainText(_KEY, allow_none=True)


class ImportedStepInput(Input):
    """Something that happened: a step of the town's rules, or any with the milestones that it reached."""

    step = PlainText(_KEY, required=True)
    at = InstantField(required=True)
    by = fields.Nested(ByInput, allow_none=True)
    marks = _keys()
    undone = _keys()
    facts = _facts()
    note = PlainText(5000, allow_none=True)
    due_at = InstantField(allow_none=True)
    lead = PlainText(_UNIT, allow_none=True)
    levels = _keys()
    assisting = _keys(_UNIT)
    procedure = PlainText(_KEY, allow_none=True)


class ImportedDraftInput(Input):
    """Why it waits for a person, or once did, and what the person decided."""

    because = fields.List(
        fields.String(validate=validate.OneOf(WAITS_FOR)), required=True, validate=validate.Length(1, 10)
    )
    outcome = fields.String(validate=validate.OneOf(OUTCOMES), allow_none=True)
    at = InstantField(allow_none=True)
    by = fields.Nested(ByInput, allow_none=True)
    reason = PlainText(2000, allow_none=True)


class StatedProposalInput(Input):
    """The category that the words proposed."""

    category = PlainText(_KEY, required=True)
    matched = fields.List(PlainText(_KEY), validate=validate.Length(max=_MOST))


class ImportedPublicationInput(Input):
    """A record of the public list, by its instant; older ones have the local day alone."""

    at = InstantField(allow_none=True)
    on = fields.Date(required=True)
    level = PlainText(_KEY, allow_none=True)
    state = fields.String(validate=validate.OneOf(sorted(STATES)), allow_none=True)
    round = _count()
    # A town may say its words in one language alone: an export then has the other one empty.
    category = fields.Dict(
        fields.String(), PlainText(_UNIT, shortest=0), allow_none=True, validate=validate.Length(max=10)
    )


class ImportLineInput(FlagsInput):
    """A case of an older system, or one that this platform exported."""

    number = OneLine(_KEY, required=True)
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
    device = OneLine(_KEY, allow_none=True)
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
    reported_at = InstantField(required=True)
    accepted_at = InstantField(allow_none=True)
    settled_at = InstantField(allow_none=True)
    verified_at = InstantField(allow_none=True)
    closed_at = InstantField(allow_none=True)
    rejected_at = InstantField(allow_none=True)
    steps = fields.List(fields.Nested(ImportedStepInput), validate=validate.Length(max=_MOST))
    draft = fields.Nested(ImportedDraftInput, allow_none=True)
    proposal = fields.Nested(StatedProposalInput, allow_none=True)
    repeats = _count()
    publications = fields.List(
        fields.Nested(ImportedPublicationInput), validate=validate.Length(max=_MOST), allow_none=True
    )
    # what an export shows beside these; how the case stands is made of its steps again
    town = PlainText(_KEY, allow_none=True)
    case = PlainText(_KEY, allow_none=True)
    edition = PlainText(_KEY, allow_none=True)
    round = WholeNumber(allow_none=True)
    milestones = fields.Dict(allow_none=True, validate=validate.Length(max=_MOST))
    deadlines = fields.List(fields.Dict(), allow_none=True, validate=validate.Length(max=_MOST))


def imported_case(given: Mapping[str, Any], line: Mapping[str, Any]) -> ImportedCase:
    """Return the case that a line states.

    Args:
        given: the line as the schema has loaded it; line: as it came, by which it is known again.
    """
    stated = {"category": None, **_stated(given)}
    plain = ("number", "category", "channel", "text", "reported_at", "place", "lat", "lon", "title", *FLAGS,
             "device", "reporter", "identity", "first_contact", "finder_role",
             "finder_unit", "state", "repeats", "town")  # fmt: skip
    public = stated.get("publications")
    answers = stated.get("answers")
    steps = tuple(_step(step, n) for n, step in enumerate(stated.get("steps", ())))
    return ImportedCase(
        **{name: stated[name] for name in plain if name in stated},
        digest=_digest(line, is_answered=bool(answers)),
        also=tuple(stated.get("also", ())),
        answers=_answers(stated.get("facts", {}), steps) if answers is None else answers,
        first=_assignment(stated),
        reached_at=_reached_at(stated),
        steps=steps,
        draft=_draft(stated),
        proposal=_proposal(stated["proposal"]) if "proposal" in stated else None,
        publications=None if public is None else tuple(map(_publication, public)),
    )


def _stated(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _answers(facts: Mapping[str, Value], steps: Iterable[ImportedStep]) -> Mapping[str, Value]:
    """What the reporter must have answered, where a line says only how the facts stand: what no step gave."""
    given = {name for step in steps for name in step.facts}
    return {name: value for name, value in facts.items() if name not in given}


def _draft(stated: Mapping[str, Any]) -> DraftNote | None:
    """A line that only says the state waits for its category, or as a machine's word where it has one."""
    if "draft" not in stated:
        waits_for = BY_CATEGORY if stated["category"] is None else BY_MACHINE
        return DraftNote((waits_for,)) if stated.get("state") == DRAFT else None
    draft = _stated(stated["draft"])
    ended = {name: draft.get(name) for name in ("outcome", "at", "reason")}
    return DraftNote(tuple(draft["because"]), by=_by(draft), **ended)


def _proposal(stated: Mapping[str, Any]) -> ProposedCategory:
    return ProposedCategory(stated["category"], tuple(stated.get("matched", ())))


def _publication(given: Mapping[str, Any]) -> ImportedPublication:
    stated = _stated(given)
    name = stated.get("category")
    return ImportedPublication(
        at=stated.get("at"),
        on=stated["on"],
        level=stated.get("level"),
        state=CaseState(stated["state"]) if "state" in stated else None,
        round=stated.get("round"),
        name=None if name is None else Text(name.get("zh", ""), name.get("en", "")),
    )


def _by(stated: Mapping[str, Any]) -> Actor:
    by = stated.get("by")
    return Actor(by["role"], by.get("unit"), by.get("person")) if by else PLATFORM


def _digest(line: Mapping[str, Any], *, is_answered: bool) -> str:
    """What an export only shows does not make another case of it."""
    # Exports of before left empty answers out: with or without them it is the same line.
    shown = {*_SHOWN_ONLY, "facts" if is_answered else "answers"}
    return content_hash({name: value for name, value in line.items() if name not in shown})


def _reached_at(stated: Mapping[str, Any]) -> dict[str, datetime]:
    named = {ACCEPTED: "accepted_at", **REACHED_AT}
    return {mark: stated[name] for mark, name in named.items() if name in stated}


def _assignment(stated: Mapping[str, Any]) -> StatedAssignment:
    return StatedAssignment(
        stated.get("lead"),
        tuple(stated["levels"]) if stated.get("levels") else None,
        tuple(stated["assisting"]) if "assisting" in stated else None,
        stated.get("procedure"),
    )


def _step(given: Mapping[str, Any], n: int) -> ImportedStep:
    stated = _stated(given)
    return ImportedStep(
        stated_in=f"steps.{n}",
        step=stated["step"],
        at=stated["at"],
        by=_by(stated),
        marks=tuple(stated["marks"]) if "marks" in stated else None,
        undone=tuple(stated["undone"]) if "undone" in stated else None,
        facts=stated.get("facts", {}),
        note=stated.get("note"),
        due_at=stated.get("due_at"),
        assigned=_assignment(stated) if "lead" in stated else None,
    )
