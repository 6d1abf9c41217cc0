"""A town's deadlines: as a list, as a calendar feed, and what an amendment of the days has moved.

Decides whose are listed: to a unit's staff its own, to supervisors and operators the whole town's; of these, those of
cases that they may see (`shared.db.visibility`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct

from services.sla.api.feed import CONTENT_TYPE, feed
from services.sla.api.inputs import DeadlinesQuery, FeedQuery, MovedQuery, PreviewedDaysInput
from services.sla.api.outputs import DeadlineList, FiguresView, MovedList, PreviewedDaysView
from services.sla.api.views import deadline_view, figures_view, moved_view
from services.sla.domain.listed import ListedClock
from services.sla.domain.standings import StandingBounds, bounds_at
from services.sla.handlers.preview import DaysPreviewer
from services.sla.handlers.zones import TownZones
from services.sla.store.figures import count_deadlines
from services.sla.store.listed_deadlines import DeadlineFilter, DeadlinePlace, list_deadlines
from services.sla.store.listing import count_waiting, latest_revision, list_moved
from shared.db.store import Store
from shared.kernel.instants import format_instant, parse_instant
from shared.rules.case.timing import AmendedDays
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.paging import SortValues, page_of
from shared.web.routes import answers, mount, takes

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
MOST_IN_FEED = 2000
MOST_SHOWN = 1000


class DaysToTry(Struct, frozen=True):
    """The body of a preview, loaded."""

    holidays: dict[date, str]
    make_up: dict[date, str]
    years: tuple[int, ...]
    revision: int

    @property
    def amended(self) -> AmendedDays:
        """The days as a town's are kept."""
        holidays = {on.isoformat(): name for on, name in self.holidays.items()}
        make_up = {on.isoformat(): name for on, name in self.make_up.items()}
        return AmendedDays(revision=self.revision, holidays=holidays, make_up=make_up, years=self.years)


@dataclass(frozen=True, slots=True)
class DeadlineRoutes:
    """Routes over a whole town."""

    store: Store
    cursors: Cursors
    previewer: DaysPreviewer
    zones: TownZones

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/deadlines", self.deadlines)
        mount(blueprint, "GET", "/v1/towns/<town>/deadlines/figures", self.figures)
        mount(blueprint, "GET", "/v1/towns/<town>/deadlines.ics", self.deadline_feed)
        mount(blueprint, "GET", "/v1/towns/<town>/calendar-changes", self.moved)
        mount(blueprint, "POST", "/v1/towns/<town>/calendar-changes/preview", self.preview)

    @require(*STAFF)
    @takes(DeadlinesQuery, "query")
    @answers(200, DeadlineList)
    def deadlines(self, query: dict[str, Any], town: str) -> Response:
        """List clocks, what is due first before the rest. A unit's staff sees its own."""
        page = page_of(self.cursors, _own(query), "deadlines", town)
        narrowed = DeadlineFilter(**page.filters)
        with self.store.read() as conn:
            if narrowed.standing is not None:
                narrowed = replace(narrowed, bounds=self._bounds(conn, town))
            found = list_deadlines(conn, caller().viewing(town), narrowed, _after(page.after), page.to_read)
        looked_to = found.looked_to and _written(found.looked_to)
        shown, following = page.cut(found.rows, _place, looked_to)
        return json_answer(
            {"deadlines": [deadline_view(row, language()) for row in shown], "next": following}
        )

    @require(*STAFF)
    @answers(200, FiguresView)
    def figures(self, town: str) -> Response:
        """Count limits that run by how they stand: in all, by unit, level and category. A unit's staff has its own."""
        with self.store.read() as conn:
            bounds = self._bounds(conn, town)
            found = count_deadlines(conn, caller().viewing(town), _own_unit(), bounds)
        return json_answer(figures_view(found, bounds.now))

    def _bounds(self, conn: sa.Connection, town: str) -> StandingBounds:
        now = self.store.now(conn)
        return bounds_at(now, self.zones.zone(conn, town, now))

    @require(*STAFF)
    @takes(FeedQuery, "query")
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def deadline_feed(self, query: dict[str, Any], town: str) -> Response:
        """Give open deadlines as an iCalendar feed. A unit's staff sees its own."""
        narrowed = DeadlineFilter(**_own(query), is_open=True)
        with self.store.read() as conn:
            rows = list_deadlines(conn, caller().viewing(town), narrowed, None, MOST_IN_FEED).rows
            now = self.store.now(conn)
        return Response(feed(rows, language(), now), content_type=CONTENT_TYPE)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(MovedQuery, "query")
    @answers(200, MovedList)
    def moved(self, query: dict[str, Any], town: str) -> Response:
        """List what a revision of the town's days has moved, and how many clocks are still to be counted again."""
        with self.store.read() as conn:
            revision = query.get("revision") or latest_revision(conn, town)
            # Bound to the cursor: after a revision that comes between two pages, the old place must not open its list.
            page = page_of(self.cursors, {**query, "revision": revision}, "moved", town)
            found = list_moved(conn, caller().viewing(town), revision, page.after_id, page.to_read)
            waiting = count_waiting(conn, town, revision)
        shown, following = page.cut(
            found.rows, lambda moved: (moved.clock_id,), page.place_of(found.looked_to)
        )
        answer = {"revision": revision, "moved": [moved_view(row) for row in shown], "waiting": waiting}
        return json_answer({**answer, "next": following})

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(PreviewedDaysInput)
    @answers(200, PreviewedDaysView)
    def preview(self, days: object, town: str) -> Response:
        """Tell what a town's days, as they would be, would move of its open deadlines; nothing is kept."""
        found = self.previewer.preview(caller().viewing(town), msgspec.convert(days, DaysToTry).amended)
        shown = [moved_view(row) for row in found.moved[:MOST_SHOWN]]
        answer = {"count": len(found.moved), "looked_at": found.looked_at, "is_cut": found.is_cut}
        return json_answer({"moved": shown, **answer})


def _own(query: Mapping[str, Any]) -> dict[str, Any]:
    """A unit's staff is held to its own unit, whatever it asks for."""
    unit = _own_unit()
    return dict(query) if unit is None else {**query, "unit": unit}


def _own_unit() -> str | None:
    who = caller()
    # '' is no unit's name: a token without a unit sees nothing. None would mean 'not asked for', and show the town.
    return (who.unit or "") if who.role is Role.UNIT_STAFF else None


def _place(listed: ListedClock) -> SortValues:
    return _written((listed.clock.due_at, listed.clock.id))


def _written(place: DeadlinePlace) -> SortValues:
    """Where a clock stands in the list; one without a due instant has '' for it."""
    due_at, clock_id = place
    return (format_instant(due_at) if due_at else "", clock_id)


def _after(place: SortValues | None) -> DeadlinePlace | None:
    if place is None:
        return None
    due, clock_id = place
    return (parse_instant(str(due)) if due else None, str(clock_id))
