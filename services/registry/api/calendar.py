"""Routes of a town's calendar: the days that differ from the official ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.views import days_view
from services.registry.domain.announcements import calendar_published
from services.registry.domain.calendars import MOST_DAYS, CalendarAmendment, Days
from services.registry.handlers.calendars import Calendars
from services.registry.store.views import SqlViews
from shared.kernel.instants import format_instant
from shared.rules.case.timing import AmendedDays
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


@dataclass(frozen=True, slots=True)
class CalendarRoutes:
    """Routes of calendars."""

    calendars: Calendars
    views: SqlViews

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/calendar", self.publish_calendar)
        mount(blueprint, "GET", "/v1/towns/<town>/calendar", self.read_calendar)

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewDays)
    @answers(200, CalendarView)
    @answers(201, CalendarView)
    def publish_calendar(self, new: Mapping[str, Any], town: str) -> Response:
        """Amend a town's days; open deadlines that they touch are computed anew. No change: 200."""
        days = Days(new["holidays"], new["make_up"], frozenset(new["years"]))
        made = self.calendars.publish(town, CalendarAmendment(days, frozenset(new["ordinary"])))
        published = calendar_published(made.revision, made.days).days
        return json_answer(days_view(published, None), 201 if made.is_new else 200)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, CalendarView)
    def read_calendar(self, town: str) -> Response:
        """Show a town's days; revision 0 means that it has none of its own."""
        published = self.views.calendar(town)
        if published is None:
            return json_answer(days_view(AmendedDays(revision=0), None))
        return json_answer(days_view(published.days, format_instant(published.as_of)))
