"""Lists over a whole town: work orders by age, and what is published."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import STAFF, Desk, viewer
from services.intake.api.inputs import OrdersQuery, PublicationsQuery
from services.intake.api.outputs import OrderList, PublicationList
from services.intake.api.paging import page_of
from services.intake.api.views import order_view, publication_view
from services.intake.store.lists import OrderFilter, count_private, list_orders, list_publications
from shared.web.access import caller, open_to_all, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes


class TownListRoutes:
    """What concerns a town as a whole."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/work-orders", self.work_orders)
        mount(blueprint, "GET", "/v1/towns/<town>/publications", self.publications)

    @require(*STAFF)
    @takes(OrdersQuery, "query")
    @answers(200, OrderList)
    def work_orders(self, query: dict[str, Any], town: str) -> Response:
        """List work orders, oldest first; by default those still held. A unit's staff sees its own."""
        who = caller()
        wanted = {**query, "unit": who.unit or ""} if who.role is Role.UNIT_STAFF else query
        page = page_of(self._desk.cursors, wanted, ["work-orders", town])
        states = (page.filters["state"],) if "state" in page.filters else ("issued", "accepted")
        narrowed = OrderFilter(
            page.filters.get("unit"), states, page.filters.get("issued_before"), page.filters.get("assignee")
        )
        with self._desk.store.read() as conn:
            now = self._desk.store.now(conn)
            rows = list_orders(conn, viewer(town), narrowed, now, page.after, page.limit + 1)
        shown = [order_view(row, now) for row in page.shown(rows)]
        return json_answer({"work_orders": shown, "next": page.next_cursor(rows)})

    @open_to_all
    @takes(PublicationsQuery, "query")
    @answers(200, PublicationList)
    def publications(self, query: dict[str, Any], town: str) -> Response:
        """List what the town has published: number, category, state, day, level; private results as a count."""
        page = page_of(self._desk.cursors, query, ["publications", town])
        level = page.filters.get("level")
        with self._desk.store.read() as conn:
            rows = list_publications(conn, town, level, page.after, page.limit + 1)
            private = count_private(conn, town, level)
        shown = [publication_view(row) for row in page.shown(rows)]
        following = page.next_cursor(rows)
        return json_answer({"publications": shown, "private_count": private, "next": following})
