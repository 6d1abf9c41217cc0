"""A town's deadlines: as a list, as a calendar feed, and what an amendment of the days has moved.

Decides who sees what: a unit's staff its own, supervisors and operators the whole town; what rules hide, only those
whom they name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.sla.api.feed import CONTENT_TYPE, feed
from services.sla.api.inputs import DeadlinesQuery, FeedQuery, MovedQuery
from services.sla.api.outputs import DeadlineList, MovedList
from services.sla.api.sight import seen_as
from services.sla.api.views import deadline_view, moved_view
from services.sla.store.listing import (
    After,
    Narrowed,
    count_waiting,
    latest_revision,
    list_deadlines,
    list_moved,
)
from shared.db.store import Store
from shared.kernel.instants import format_instant, parse_instant
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.routes import answers, mount, takes

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
MOST_IN_FEED = 2000


@dataclass(frozen=True, slots=True)
class DeadlineRoutes:
    """Routes over a whole town."""

    store: Store
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/deadlines", self.deadlines)
        mount(blueprint, "GET", "/v1/towns/<town>/deadlines.ics", self.deadline_feed)
        mount(blueprint, "GET", "/v1/towns/<town>/calendar-changes", self.moved)

    @require(*STAFF)
    @takes(DeadlinesQuery, "query")
    @answers(200, DeadlineList)
    def deadlines(self, query: dict[str, Any], town: str) -> Response:
        """List clocks, what is due first before the rest. A unit's staff sees its own."""
        filters = _own(query)
        about = ["deadlines", town, _plain(filters)]
        after = _after(self.cursors, query.get("cursor"), about)
        with self.store.read() as conn:
            narrowed = Narrowed(**filters, seen_as=seen_as(caller()))
            rows = list_deadlines(conn, town, narrowed, after, query["limit"] + 1)
        shown = rows[: query["limit"]]
        cursor = self.cursors.write(_place(shown[-1]), about) if len(rows) > len(shown) else None
        return json_answer({"deadlines": [deadline_view(row, language()) for row in shown], "next": cursor})

    @require(*STAFF)
    @takes(FeedQuery, "query")
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def deadline_feed(self, query: dict[str, Any], town: str) -> Response:
        """Give open deadlines as an iCalendar feed. A unit's staff sees its own."""
        narrowed = Narrowed(**_own(query), is_open=True, seen_as=seen_as(caller()))
        with self.store.read() as conn:
            rows = list_deadlines(conn, town, narrowed, None, MOST_IN_FEED)
            now = self.store.now(conn)
        return Response(feed(rows, language(), now), content_type=CONTENT_TYPE)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(MovedQuery, "query")
    @answers(200, MovedList)
    def moved(self, query: dict[str, Any], town: str) -> Response:
        """List what a revision of the town's days has moved, and how many clocks are still to be counted again."""
        with self.store.read() as conn:
            revision = query.get("revision") or latest_revision(conn, town)
            about = ["moved", town, revision]
            after = str(self.cursors.read(query["cursor"], about)[0]) if "cursor" in query else None
            rows = list_moved(conn, town, revision, after, query["limit"] + 1, seen_as(caller()))
            waiting = count_waiting(conn, town, revision)
        shown = rows[: query["limit"]]
        cursor = self.cursors.write([shown[-1]["clock_id"]], about) if len(rows) > len(shown) else None
        answer = {"revision": revision, "moved": [moved_view(row) for row in shown], "waiting": waiting}
        return json_answer({**answer, "next": cursor})


def _own(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters of a query; a unit's staff is held to its own unit."""
    filters = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
    who = caller()
    return {**filters, "unit": who.unit or ""} if who.role is Role.UNIT_STAFF else filters


def _plain(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: format_instant(value) if isinstance(value, datetime) else value
        for name, value in filters.items()
    }


def _after(cursors: Cursors, cursor: str | None, about: object) -> After | None:
    if cursor is None:
        return None
    due, clock_id = cursors.read(cursor, about)
    return (parse_instant(str(due)) if due else None, str(clock_id))


def _place(row: Mapping[str, Any]) -> Sequence[str]:
    return [format_instant(row["due_at"]) if row["due_at"] else "", row["clock_id"]]
