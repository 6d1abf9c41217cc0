"""Routes of a town's calendar: the days that differ from the official ones."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.domain.calendars import MOST_DAYS, Amendment, Days
from services.registry.handlers.calendars import Calendars
from services.registry.messages.said import days_json
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText, WholeNumber
from shared.web.routes import answers, mount, takes

_COUNT = validate.Length(max=MOST_DAYS)


class NewDays(Input):
    """Days to add to what is known, days that are ordinary after all, and years that are complete."""

    holidays = fields.Dict(fields.Date(), PlainText(100, shortest=0), load_default=dict, validate=_COUNT)
    make_up = fields.Dict(fields.Date(), PlainText(100, shortest=0), load_default=dict, validate=_COUNT)
    years = fields.List(WholeNumber(), load_default=list, validate=validate.Length(max=100))
    ordinary = fields.List(fields.Date(), load_default=list, validate=_COUNT)


class CalendarView(Schema):
    """A town's days, all of them."""

    revision = fields.Integer(required=True)
    holidays = fields.Dict(fields.String(), fields.String(), required=True)
    make_up = fields.Dict(fields.String(), fields.String(), required=True)
    years = fields.List(fields.Integer(), required=True)
    as_of = fields.String(allow_none=True)


class CalendarRoutes:
    """Routes of calendars."""

    def __init__(self, calendars: Calendars, views: Views) -> None:
        self._calendars = calendars
        self._views = views

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewDays)
    @answers(200, CalendarView)
    @answers(201, CalendarView)
    def publish_calendar(self, new: Mapping[str, Any], town: str) -> Response:
        """Amend a town's days; open deadlines that they touch are computed anew. No change: 200."""
        ordinary: frozenset[date] = frozenset(new["ordinary"])
        days = Days(new["holidays"], new["make_up"], frozenset(new["years"]))
        made = self._calendars.publish(town, Amendment(days, ordinary))
        return json_answer(
            {"revision": made.revision, **days_json(made.days), "as_of": None}, 201 if made.is_new else 200
        )

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, CalendarView)
    def read_calendar(self, town: str) -> Response:
        """Show a town's days; revision 0 means that it has none of its own."""
        row = self._views.calendar(town)
        days = row["days"] if row else {"holidays": {}, "make_up": {}, "years": []}
        return json_answer(
            {
                "revision": row["revision"] if row else 0,
                "holidays": days["holidays"],
                "make_up": days["make_up"],
                "years": days["years"],
                "as_of": format_instant(row["as_of"]) if row else None,
            }
        )


def blueprint(calendar: CalendarRoutes) -> Blueprint:
    """Return the routes of calendars."""
    routes = Blueprint("calendar", __name__, description="days that differ from the official ones")
    mount(routes, "POST", "/v1/towns/<town>/calendar", calendar.publish_calendar)
    mount(routes, "GET", "/v1/towns/<town>/calendar", calendar.read_calendar)
    return routes
