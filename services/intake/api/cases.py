"""Looking at cases and acting on them."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import ACTORS, STAFF, Desk, actor, viewer
from services.intake.api.inputs import AssigneeInput, CasesQuery, OrderMoveInput, StepInput
from services.intake.api.outputs import CaseList, CaseView, ChainVerdict, OrderView, StepList, StepTaken
from services.intake.api.paging import Page, page_of
from services.intake.api.redaction import listed_for_reporter
from services.intake.api.views import case_view, listed, order_view, step_taken_view, steps_view
from services.intake.domain.case import Case
from services.intake.domain.chain import verify_chain
from services.intake.handlers.take_step import Wanted
from services.intake.store.lists import CaseFilter, list_cases
from services.intake.store.people import orders_of_case
from services.intake.store.reading import history_of
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes


class CaseRoutes:
    """The case file and the one door for every actor's step."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        one = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "GET", "/v1/towns/<town>/cases", self.cases)
        mount(blueprint, "GET", one, self.case)
        mount(blueprint, "GET", f"{one}/steps", self.steps)
        mount(blueprint, "POST", f"{one}/steps", self.take_step)
        mount(blueprint, "POST", f"{one}/work-orders/<order>", self.move_order)
        mount(blueprint, "PUT", f"{one}/work-orders/<order>/assignee", self.assign)
        mount(blueprint, "GET", f"{one}/history/verify", self.verify)

    @require(*ACTORS)
    @takes(CasesQuery, "query")
    @answers(200, CaseList)
    def cases(self, query: dict[str, Any], town: str) -> Response:
        """List cases, newest first."""
        page = page_of(self._desk.cursors, query, ["cases", town])
        with self._desk.store.read() as conn:
            rows = list_cases(conn, viewer(town), CaseFilter(**page.filters), page.after, page.limit + 1)
        return _paged("cases", page, rows)

    @require(*ACTORS)
    @answers(200, CaseView)
    def case(self, town: str, case: str) -> Response:
        """Show everything about a case, by id or number."""
        with self._desk.store.read() as conn:
            return json_answer(case_view(self._desk, conn, self._desk.case(conn, town, case)))

    @require(*ACTORS)
    @answers(200, StepList)
    def steps(self, town: str, case: str) -> Response:
        """Show what the caller may do now, and why not for the rest."""
        with self._desk.store.read() as conn:
            found = self._desk.case(conn, town, case)
            return json_answer({"steps": steps_view(self._desk, conn, self._desk.pack(conn, found), found)})

    @require(*ACTORS)
    @takes(StepInput)
    @answers(200, StepTaken)
    def take_step(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Take a step. A refused one is recorded in the case's history."""
        wanted = Wanted(given["step"], given.get("facts", {}), given.get("due_at"), given.get("note"),
                        given.get("reporter"))  # fmt: skip
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            no = self._desk.steps.take(work, found, actor(), wanted)
        if no is not None:
            raise self._desk.problem(no)
        return json_answer(step_taken_view(found))

    @require(Role.UNIT_STAFF)
    @takes(OrderMoveInput)
    @answers(200, OrderView)
    def move_order(self, given: dict[str, Any], town: str, case: str, order: str) -> Response:
        """Accept, decline or finish the work order of an assisting unit."""
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            self._desk.orders.move(work, found, order, actor(), given["move"], given.get("note"))
        return self._order(found, order)

    @require(Role.UNIT_STAFF, Role.SUPERVISOR)
    @takes(AssigneeInput)
    @answers(200, OrderView)
    def assign(self, given: dict[str, Any], town: str, case: str, order: str) -> Response:
        """Give an open work order to a person of its unit, by that unit or a supervisor; null takes it back."""
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            self._desk.assigner.assign(work, found, order, actor(), given["person"])
        return self._order(found, order)

    def _order(self, case: Case, order: str) -> Response:
        with self._desk.store.read() as conn:
            now = self._desk.store.now(conn)
            row = next(row for row in orders_of_case(conn, case.id, now) if row["id"] == order)
        return json_answer(order_view(row, now))

    @require(*STAFF, Role.ENGINEER)
    @answers(200, ChainVerdict)
    def verify(self, town: str, case: str) -> Response:
        """Hold every entry of the case's history against the one before it."""
        with self._desk.store.read() as conn:
            found = self._desk.case(conn, town, case)
            verdict = verify_chain(history_of(conn, found.id), found.history_n, found.history_head)
        return json_answer({name: getattr(verdict, name) for name in verdict.__slots__})


def _paged(name: str, page: Page, rows: list[dict[str, Any]]) -> Response:
    who = caller()
    shown = [listed(row) for row in page.shown(rows)]
    if who.role is Role.REPORTER:
        shown = [listed_for_reporter(row, who.person) for row in shown]
    shown = [{key: value for key, value in row.items() if key != "reporter"} for row in shown]
    return json_answer({name: shown, "next": page.next_cursor(rows)})
