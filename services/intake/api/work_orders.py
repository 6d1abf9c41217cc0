"""Work orders: the town's list by age, what a unit does with its own, and who works on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.inputs import AssigneeInput, OrderMoveInput, OrdersQuery
from services.intake.api.outputs import OrderList, OrderView
from services.intake.api.request_context import STAFF, RequestContext, actor, viewer
from services.intake.api.views import order_view
from services.intake.domain.case import Case
from services.intake.handlers.people import Assigner
from services.intake.handlers.work_orders import OrderMove, OrderMover
from services.intake.store.listed_orders import OrderFilter, list_orders
from services.intake.store.people import orders_of_case
from shared.contracts.messages import OrderState
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.paging import by_id
from shared.web.routes import answers, mount, takes


@dataclass(frozen=True, slots=True)
class WorkOrderRoutes:
    """Units' shares of cases."""

    context: RequestContext
    mover: OrderMover
    assigner: Assigner

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        order = "/v1/towns/<town>/cases/<case>/work-orders/<order>"
        mount(blueprint, "GET", "/v1/towns/<town>/work-orders", self.work_orders)
        mount(blueprint, "POST", order, self.move_order)
        mount(blueprint, "PUT", f"{order}/assignee", self.assign)

    @require(*STAFF)
    @takes(OrdersQuery, "query")
    @answers(200, OrderList)
    def work_orders(self, query: dict[str, Any], town: str) -> Response:
        """List work orders, oldest first; by default those still held. A unit's staff sees its own."""
        who = caller()
        own = {"unit": who.unit or ""} if who.role is Role.UNIT_STAFF else {}
        page = self.context.page({**query, **own}, "work-orders", town)
        with self.context.store.read() as conn:
            now = self.context.store.now(conn)
            wanted = _filter_of(page.filters)
            found = list_orders(conn, viewer(town), wanted, now, page.after_id, page.to_read)
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        return json_answer({"work_orders": [order_view(order, now) for order in shown], "next": following})

    @require(Role.UNIT_STAFF)
    @takes(OrderMoveInput)
    @answers(200, OrderView)
    def move_order(self, given: dict[str, Any], town: str, case: str, order: str) -> Response:
        """Accept, decline or finish the work order of an assisting unit."""
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            self.mover.move(work, found, order, actor(), OrderMove(given["move"]), given.get("note"))
        return self._order(found, order)

    @require(Role.UNIT_STAFF, Role.SUPERVISOR)
    @takes(AssigneeInput)
    @answers(200, OrderView)
    def assign(self, given: dict[str, Any], town: str, case: str, order: str) -> Response:
        """Give an open work order to a person of its unit, by that unit or a supervisor; null takes it back."""
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            self.assigner.assign(work, found, order, actor(), given["person"])
        return self._order(found, order)

    def _order(self, case: Case, order_id: str) -> Response:
        """Read anew, with the whereabouts of its person, which no handler knows."""
        with self.context.store.read() as conn:
            now = self.context.store.now(conn)
            found = next(order for order in orders_of_case(conn, case.id, now) if order.id == order_id)
        return json_answer(order_view(found, now))


def _filter_of(filters: Mapping[str, Any]) -> OrderFilter:
    """Those that are held, where the query names no state."""
    rest = {name: value for name, value in filters.items() if name != "state"}
    return (
        OrderFilter(**rest, states=(OrderState(filters["state"]),))
        if "state" in filters
        else OrderFilter(**rest)
    )
