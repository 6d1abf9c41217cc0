"""Cases of grids that have ended: where each went, and the answer where a person must say."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.intake.api.request_context import RequestContext, actor, viewer
from services.intake.succession.domain import SuccessionState
from services.intake.succession.handlers import CaseMover
from services.intake.succession.store import ListedSuccession, Place, list_successions
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText
from shared.web.paging import NEXT, PageQuery, SortValues
from shared.web.routes import answers, mount, takes


class SuccessionQuery(PageQuery):
    """Which cases: moved by themselves, waiting for an answer, or answered."""

    state = fields.String(validate=validate.OneOf([state.value for state in SuccessionState]))


class ChosenPlaceInput(Input):
    """Where the case belongs now."""

    place = PlainText(100, required=True)


class SuccessionView(Schema):
    """What became of a case when its grid ended."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    was = fields.String(required=True, metadata={"description": "the place that ended"})
    home = fields.String(required=True, allow_none=True, metadata={"description": "where it is now"})
    state = fields.String(required=True)
    choices = fields.List(fields.String(), required=True)
    at = fields.String(required=True)


class SuccessionList(Schema):
    """Cases of grids that have ended."""

    rehomings = fields.List(fields.Nested(SuccessionView), required=True)
    next = NEXT


class ChosenPlace(Schema):
    """Where the case is now."""

    case = fields.String(required=True)
    place = fields.Dict(required=True)


@dataclass(frozen=True, slots=True)
class SuccessionRoutes:
    """What an operator sees and says when grids are merged or split."""

    context: RequestContext
    mover: CaseMover

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/rehomings", self.rehomings)
        mount(blueprint, "PUT", "/v1/towns/<town>/cases/<case>/home", self.choose_home)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(SuccessionQuery, "query")
    @answers(200, SuccessionList)
    def rehomings(self, query: dict[str, Any], town: str) -> Response:
        """List what became of open cases whose grid has ended."""
        page = self.context.page(query, "rehomings", town)
        wanted = page.filters.get("state")
        state = SuccessionState(wanted) if wanted else None
        with self.context.store.read() as conn:
            found = list_successions(conn, viewer(town), state, _after(page.after), page.to_read)
        shown, following = page.cut(found.rows, _place, found.looked_to)
        return json_answer({"rehomings": [_view(row) for row in shown], "next": following})

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(ChosenPlaceInput)
    @answers(200, ChosenPlace)
    def choose_home(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Say which of the successors a case of an ended grid belongs to."""
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            self.mover.choose(work, found, given["place"], actor())
        return json_answer({"case": found.id, "place": found.place})


def _place(row: ListedSuccession) -> Place:
    return row.place


def _after(place: SortValues | None) -> Place | None:
    """A cursor of before names both in one text."""
    if place is None:
        return None
    case, ended = place if len(place) > 1 else str(place[0]).split("/", 1)
    return str(case), str(ended)


def _view(row: ListedSuccession) -> dict[str, Any]:
    became = row.succession
    return {
        "case": became.case,
        "was": became.place,
        "at": row.at,
        "number": row.number,
        "home": became.home,
        "state": became.state,
        "choices": became.choices,
    }
