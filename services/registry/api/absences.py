"""Routes of absences: who is away, and who stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery
from services.registry.api.views import absence_view
from services.registry.domain.absences import Absence
from services.registry.handlers.absences import Absences
from services.registry.store.views import SqlViews
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, InstantField, PlainText
from shared.web.paging import NEXT, by_id, page_of
from shared.web.routes import answers, mount, takes

_INSTANT = {"type": "string", "format": "date-time"}


class NewAbsence(Input):
    """Who is away, from when until when (exclusive), and who stands in."""

    person = PlainText(100, required=True)
    from_at = InstantField(required=True, data_key="from", metadata=_INSTANT)
    until_at = InstantField(required=True, data_key="until", metadata=_INSTANT)
    substitute = PlainText(100, load_default=None, allow_none=True)


class AbsenceQuery(LongPageQuery):
    """Whose absences, and whether those that are over or taken back are shown too."""

    person = PlainText(100, load_default=None, allow_none=True)
    which = fields.String(load_default="standing", validate=validate.OneOf(["standing", "all"]))


class AbsenceView(Schema):
    """An absence."""

    absence = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "a reference"})
    substitute = fields.String(required=True, allow_none=True)
    from_at = fields.String(required=True, data_key="from")
    until_at = fields.String(required=True, data_key="until")
    stands = fields.Boolean(required=True)


class AbsencePage(Schema):
    """Absences of a town."""

    items = fields.List(fields.Nested(AbsenceView), required=True)
    next = NEXT


@dataclass(frozen=True, slots=True)
class AbsenceRoutes:
    """Routes of absences."""

    absences: Absences
    views: SqlViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/absences", self.enter_absence)
        mount(blueprint, "GET", "/v1/towns/<town>/absences", self.list_absences)
        mount(blueprint, "DELETE", "/v1/towns/<town>/absences/<absence>", self.take_absence_back)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(NewAbsence)
    @answers(201, AbsenceView)
    def enter_absence(self, new: Mapping[str, Any], town: str) -> Response:
        """Enter that somebody is away. The substitute holds a place in the same unit; nobody stands in for
        themselves, over however many others.
        """
        wanted = Absence("", new["person"], new["substitute"], new["from_at"], new["until_at"])
        return json_answer(absence_view(self.absences.enter(town, wanted, by=caller().person)), 201)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(AbsenceQuery, "query")
    @answers(200, AbsencePage)
    def list_absences(self, query: Mapping[str, Any], town: str) -> Response:
        """List who is or will be away."""
        page = page_of(self.cursors, query, "absences", town)
        found = self.views.absences(
            town, query["person"], query["which"] == "all", page.after_id, page.to_read
        )
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        return json_answer({"items": [absence_view(listed) for listed in shown], "next": following})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, AbsenceView)
    def take_absence_back(self, town: str, absence: str) -> Response:
        """Take an absence back, or end one that has begun."""
        return json_answer(absence_view(self.absences.take_back(town, absence, by=caller().person)))
