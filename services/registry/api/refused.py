"""What was refused is kept: whoever of a town tries a change without the right to it leaves a trace (P003.5)."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.pages import PageQuery, Pages
from services.registry.handlers.refused import GRID_CODE, PUBLICATION, Refusals
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.web.access import View, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

WITHOUT_RIGHT = "not-allowed"


def keeping_refusals(what: str) -> Callable[[View], View]:
    """Keep who was turned away from a route for want of the right; the outermost word on a view.

    Its class has `refusals`. Only people of the town are noted: for others the town is not there.
    """

    def dress(view: View) -> View:
        @wraps(view)
        def watched(self: Any, *args: Any, **names: Any) -> Any:
            try:
                return view(self, *args, **names)
            except Problem as no:
                if no.code == WITHOUT_RIGHT:
                    refusals: Refusals = self.refusals
                    refusals.note(names["town"], what, no, g.caller)
                raise

        return watched

    return dress


class RefusedQuery(PageQuery):
    """What was tried; everything when left out."""

    what = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([PUBLICATION, GRID_CODE])
    )


class RefusedView(Schema):
    """An attempt that was refused."""

    what = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "why"})
    detail = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    at = fields.String(required=True)


class RefusedPage(Schema):
    """Attempts that were refused, newest first."""

    items = fields.List(fields.Nested(RefusedView), required=True)
    next = fields.String(allow_none=True)


class RefusedRoutes:
    """Routes of refused attempts."""

    def __init__(self, views: Views, pages: Pages) -> None:
        self._views = views
        self._pages = pages

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(RefusedQuery, "query")
    @answers(200, RefusedPage)
    def list_refused(self, query: Mapping[str, Any], town: str) -> Response:
        """List attempts to change a town's rules or grids that were refused, newest first, with who and when."""
        about = ["refused", town, query["what"]]
        after = self._pages.after(query, about)
        rows = self._views.refused(town, query["what"], int(after[0]) if after else None, query["limit"])
        page, cursor = self._pages.cut(rows, query, about, ("id",))
        return json_answer({"items": [_view(row) for row in page], "next": cursor})


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": row["what"],
        "code": row["code"],
        "detail": row["detail"],
        "role": row["by_role"],
        "unit": row["by_unit"],
        "person": row["by_person"],
        "at": format_instant(row["at"]),
    }


def blueprint(refused: RefusedRoutes) -> Blueprint:
    """Return the routes of refused attempts."""
    routes = Blueprint("refused", __name__, description="attempts that were refused")
    mount(routes, "GET", "/v1/towns/<town>/publications/refused", refused.list_refused)
    return routes
