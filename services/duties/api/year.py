"""A year's duties, reckoned from the rules and days in force: as a table, and as an iCalendar feed."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct

from services.duties.api.context import DutiesContext
from services.duties.api.feed import CONTENT_TYPE, feed
from services.duties.api.inputs import YearQuery
from services.duties.api.occurrences import WORKERS
from services.duties.api.outputs import YearView
from services.duties.api.views import DayShown, day_view
from services.duties.handlers.town_rules import DatedRules
from shared.rules.duties import Occurrence, occurrences, owners, unwritten
from shared.rules.pack.model import Duty
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.routes import answers, mount, takes

MOST_POSTS = 1000


class YearAsked(Struct, frozen=True):
    """Which year, and of whom."""

    year: int
    month: int | None = None
    unit: str | None = None

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        first, last = self.month or 1, self.month or 12
        return date(self.year, first, 1), date(self.year, last, monthrange(self.year, last)[1])


class UnwrittenShown(Struct, frozen=True):
    """A duty that comes once, on a day that the town has still to write."""

    duty: str
    name: str


@dataclass(frozen=True, slots=True)
class YearRoutes:
    """Routes over a year."""

    context: DutiesContext

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/duties", self.year)
        mount(blueprint, "GET", "/v1/towns/<town>/duties.ics", self.year_feed)

    @require(*WORKERS)
    @takes(YearQuery, "query")
    @answers(200, YearView)
    def year(self, query: object, town: str) -> Response:
        """Give the duties of a year or a month on their days, whoever owes them, by the rules and days in force."""
        asked = msgspec.convert(query, YearAsked)
        with self.context.store.read() as conn:
            rules = self.context.in_force(conn, town)
            days = self._days(conn, town, asked)
        duties = rules.pack.duties.values()
        left = [
            UnwrittenShown(duty.key, duty.name.in_language(language())) for duty in duties if unwritten(duty)
        ]
        posts = sorted({post for duty in duties for post in owners(rules.pack, duty)})[:MOST_POSTS]
        return json_answer({"days": days, "unwritten": left, "posts": posts})

    @require(*WORKERS)
    @takes(YearQuery, "query")
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def year_feed(self, query: object, town: str) -> Response:
        """Give the same as an iCalendar feed."""
        asked = msgspec.convert(query, YearAsked)
        with self.context.store.read() as conn:
            days, now = self._days(conn, town, asked), self.context.store.now(conn)
        return Response(feed(town, days, language(), now), content_type=CONTENT_TYPE)

    def _days(self, conn: sa.Connection, town: str, asked: YearAsked) -> list[DayShown]:
        rules = self.context.in_force(conn, town)
        found = sorted(_of_year(rules, asked), key=lambda pair: (pair[0].on or pair[0].label, pair[1].key))
        return [day_view(occurrence, duty, language()) for occurrence, duty in found]


def _of_year(rules: DatedRules, asked: YearAsked) -> Iterator[tuple[Occurrence, Duty]]:
    first, last = asked.span
    for duty in rules.pack.duties.values():
        if asked.unit is None or asked.unit in owners(rules.pack, duty):
            for occurrence in occurrences(rules.pack, rules.calendar, duty, first, last):
                yield occurrence, duty
