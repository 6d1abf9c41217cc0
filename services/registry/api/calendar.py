"""Routes of a town's calendar: the days that differ from the official ones."""

from dataclasses import dataclass
from datetime import date

import msgspec
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct

from services.registry.api.views import days_view
from services.registry.domain.announcements import calendar_published
from services.registry.domain.calendars import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DAYS,
    CalendarAmendment,
    Days,
    amendment_of,
)
from services.registry.domain.refusals import refusal
from services.registry.handlers.calendars import Calendars
from services.registry.store.views import SqlViews
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.case.timing import AmendedDays
from shared.rules.worktime.calendar_feeds import days_of_file
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.body_length import allow_body
from shared.web.callers import Role
from shared.web.inputs import WITHOUT_NUL, Input, PlainText, QueryNumber, WholeNumber
from shared.web.routes import answers, describe, mount, takes

LONGEST_FILE = 2**20  # bytes
_TEXT = {"schema": {"type": "string", "pattern": WITHOUT_NUL}}
_FILE = {"required": True, "content": {"application/json": _TEXT, "text/calendar": _TEXT}}
_COUNT = validate.Length(max=MOST_DAYS)


class NewDays(Input):
    """Days to add to what is known, days that are ordinary after all, and years that are complete."""

    holidays = fields.Dict(fields.Date(), PlainText(100, shortest=0), load_default=dict, validate=_COUNT)
    make_up = fields.Dict(fields.Date(), PlainText(100, shortest=0), load_default=dict, validate=_COUNT)
    years = fields.List(WholeNumber(), load_default=list, validate=validate.Length(max=100))
    ordinary = fields.List(fields.Date(), load_default=list, validate=_COUNT)


class TrialQuery(Input):
    """`check=yes` shows how the days would be then, and keeps nothing."""

    check = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))


class CalendarFileQuery(TrialQuery):
    """Which year of the file is meant; without one, all that are complete in it."""

    year = QueryNumber(load_default=None, validate=validate.Range(FIRST_YEAR, LAST_YEAR))


class CalendarView(Schema):
    """A town's days, all of them."""

    revision = fields.Integer(required=True)
    holidays = fields.Dict(fields.String(), fields.String(), required=True)
    make_up = fields.Dict(fields.String(), fields.String(), required=True)
    years = fields.List(fields.Integer(), required=True)
    as_of = fields.String(allow_none=True)


class LoadedDays(Struct, frozen=True):
    """The body, loaded."""

    holidays: dict[date, str]
    make_up: dict[date, str]
    years: frozenset[int]
    ordinary: frozenset[date]

    @property
    def amendment(self) -> CalendarAmendment:
        """What it amends."""
        return CalendarAmendment(Days(self.holidays, self.make_up, self.years), self.ordinary)


class AskedCalendar(Struct, frozen=True):
    """The query, loaded."""

    check: str
    year: int | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the days are published, and not only tried."""
        return self.check == "no"


@dataclass(frozen=True, slots=True)
class CalendarRoutes:
    """Routes of calendars."""

    calendars: Calendars
    views: SqlViews

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/calendar", self.publish_calendar)
        mount(blueprint, "POST", "/v1/towns/<town>/calendar/file", self.publish_file)
        mount(blueprint, "GET", "/v1/towns/<town>/calendar", self.read_calendar)

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewDays)
    @takes(TrialQuery, "query")
    @answers(200, CalendarView)
    @answers(201, CalendarView)
    def publish_calendar(self, new: object, query: object, town: str) -> Response:
        """Amend a town's days; open deadlines that they touch are computed anew. No change, or only tried: 200."""
        amendment = msgspec.convert(new, LoadedDays).amendment
        return self._published(town, amendment, keeps=msgspec.convert(query, AskedCalendar).is_kept)

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(CalendarFileQuery, "query")
    @describe(requestBody=_FILE)
    @answers(200, CalendarView)
    @answers(201, CalendarView)
    def publish_file(self, query: object, town: str) -> Response:
        """Amend a town's days by a file: the State Council's list as JSON, or an iCalendar feed, at most 1 MiB.

        Whole years are taken from it. Days of a feed are off or worked by its marks or by their names (（休）, （班）);
        festivals and solar terms are passed over. No change, or only tried: 200.
        """
        allow_body(LONGEST_FILE)
        asked = msgspec.convert(query, AskedCalendar)
        own = days_of_file(_text(request.get_data()), [asked.year] if asked.year else [])
        return self._published(town, amendment_of(own), keeps=asked.is_kept)

    def _published(self, town: str, amendment: CalendarAmendment, *, keeps: bool) -> Response:
        made = self.calendars.publish(town, amendment, keeps=keeps)
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


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise refusal("bad-calendar", detail=Text("文件不是 UTF-8", "the file is not UTF-8")) from wrong
