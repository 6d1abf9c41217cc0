"""Routes of absences: who is away, and who stands in."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.pages import PageQuery, Pages
from services.registry.domain.absences import Absence
from services.registry.handlers.absences import Absences
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, Moment, PlainText
from shared.web.routes import answers, mount, takes

_INSTANT = {"type": "string", "format": "date-time"}


class NewAbsence(Input):
    """Who is away, from when until when (exclusive), and who stands in."""

    person = PlainText(100, required=True)
    from_at = Moment(required=True, data_key="from", metadata=_INSTANT)
    until_at = Moment(required=True, data_key="until", metadata=_INSTANT)
    substitute = PlainText(100, load_default=None, allow_none=True)


class AbsenceQuery(PageQuery):
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
    next = fields.String(allow_none=True)


class AbsenceRoutes:
    """Routes of absences."""

    def __init__(self, absences: Absences, views: Views, pages: Pages) -> None:
        self._absences = absences
        self._views = views
        self._pages = pages

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(NewAbsence)
    @answers(201, AbsenceView)
    def enter_absence(self, new: Mapping[str, Any], town: str) -> Response:
        """Enter that somebody is away. The substitute holds a place in the same unit; nobody stands in for
        themselves, over however many others.
        """
        wanted = Absence("", new["person"], new["substitute"], new["from_at"], new["until_at"])
        return json_answer(_view(self._absences.enter(town, wanted, by=caller().person)), 201)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(AbsenceQuery, "query")
    @answers(200, AbsencePage)
    def list_absences(self, query: Mapping[str, Any], town: str) -> Response:
        """List who is or will be away."""
        about = ["absences", town, query["person"], query["which"]]
        after = self._pages.after(query, about)
        rows = self._views.absences(
            town, query["person"], query["which"] == "all", str(after[0]) if after else None, query["limit"]
        )
        page, cursor = self._pages.cut(rows, query, about, ("id",))
        return json_answer({"items": [_row(row) for row in page], "next": cursor})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, AbsenceView)
    def take_absence_back(self, town: str, absence: str) -> Response:
        """Take an absence back, or end one that has begun."""
        return json_answer(_view(self._absences.take_back(town, absence, by=caller().person)))


def _view(absence: Absence) -> dict[str, Any]:
    return {
        "absence": absence.id,
        "person": absence.person,
        "substitute": absence.substitute,
        "from": format_instant(absence.from_at),
        "until": format_instant(absence.until_at),
        "stands": absence.stands,
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "person", "substitute", "from_at", "until_at", "stands")
    return _view(Absence(*(row[name] for name in names)))


def blueprint(absences: AbsenceRoutes) -> Blueprint:
    """Return the routes of absences."""
    routes = Blueprint("absences", __name__, description="who is away, and who stands in")
    mount(routes, "POST", "/v1/towns/<town>/absences", absences.enter_absence)
    mount(routes, "GET", "/v1/towns/<town>/absences", absences.list_absences)
    mount(routes, "DELETE", "/v1/towns/<town>/absences/<absence>", absences.take_absence_back)
    return routes
