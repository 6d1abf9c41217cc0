"""Cases of grids that have ended: where each went, and the answer where a person must say."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.intake.api.desk import Desk, actor, viewer
from services.intake.api.inputs import PageQuery
from services.intake.api.outputs import NEXT
from services.intake.api.paging import page_of
from services.intake.handlers.rehome import ASKED, CHOSEN, MOVED
from services.intake.store.rehoming import list_rehomings
from shared.kernel.instants import format_instant
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText
from shared.web.routes import answers, mount, takes


class RehomingQuery(PageQuery):
    """Which cases: moved by themselves, waiting for an answer, or answered."""

    state = fields.String(validate=validate.OneOf([MOVED, ASKED, CHOSEN]))


class HomeInput(Input):
    """Where the case belongs now."""

    place = PlainText(100, required=True)


class RehomingView(Schema):
    """What became of a case when its grid ended."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    was = fields.String(required=True, metadata={"description": "the place that ended"})
    home = fields.String(required=True, allow_none=True, metadata={"description": "where it is now"})
    state = fields.String(required=True)
    choices = fields.List(fields.String(), required=True)
    at = fields.String(required=True)


class RehomingList(Schema):
    """Cases of grids that have ended."""

    rehomings = fields.List(fields.Nested(RehomingView), required=True)
    next = NEXT


class NewHome(Schema):
    """Where the case is now."""

    case = fields.String(required=True)
    place = fields.Dict(required=True)


class RehomingRoutes:
    """What an operator sees and says when grids are merged or split."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/rehomings", self.rehomings)
        mount(blueprint, "PUT", "/v1/towns/<town>/cases/<case>/home", self.choose_home)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(RehomingQuery, "query")
    @answers(200, RehomingList)
    def rehomings(self, query: dict[str, Any], town: str) -> Response:
        """List what became of open cases whose grid has ended."""
        page = page_of(self._desk.cursors, query, ["rehomings", town])
        with self._desk.store.read() as conn:
            rows = list_rehomings(conn, viewer(town), page.filters.get("state"), page.after, page.limit + 1)
        shown = [_view(row) for row in page.shown(rows)]
        return json_answer({"rehomings": shown, "next": page.next_cursor(rows)})

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(HomeInput)
    @answers(200, NewHome)
    def choose_home(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Say which of the successors a case of an ended grid belongs to."""
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            self._desk.rehomer.choose(work, found, given["place"], actor())
        return json_answer({"case": found.id, "place": dict(found.place)})


def _view(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("number", "home", "state", "choices")
    at = format_instant(row["at"])
    return {
        "case": row["case_id"],
        "was": row["place"],
        "at": at,
        **{name: row[name] for name in kept},
    }
