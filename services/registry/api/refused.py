"""What was refused is kept: whoever of a town tries a change without the right to it leaves a trace (P003.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery
from services.registry.api.views import attempt_view
from services.registry.domain.attempts import TriedChange
from services.registry.handlers.refused import Refusals
from services.registry.store.views import SqlViews
from shared.kernel.problems import Problem
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.paging import NEXT, page_of
from shared.web.reach import View
from shared.web.routes import answers, mount, takes

WITHOUT_RIGHT = "not-allowed"


def keeping_refusals(what: TriedChange) -> Callable[[View], View]:
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


class RefusedQuery(LongPageQuery):
    """What was tried; everything when left out."""

    what = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([change.value for change in TriedChange])
    )


class RefusedView(Schema):
    """An attempt that was refused."""

    what = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "why"})
    detail = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    token = fields.String(required=True, allow_none=True, metadata={"description": "a token's reference"})
    client = fields.String(required=True, allow_none=True, metadata={"description": "network address"})
    at = fields.String(required=True)


class RefusedPage(Schema):
    """Attempts that were refused, newest first."""

    items = fields.List(fields.Nested(RefusedView), required=True)
    next = NEXT


@dataclass(frozen=True, slots=True)
class RefusedRoutes:
    """Routes of refused attempts."""

    views: SqlViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/publications/refused", self.list_refused)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(RefusedQuery, "query")
    @answers(200, RefusedPage)
    def list_refused(self, query: Mapping[str, Any], town: str) -> Response:
        """List attempts to change a town's rules or grids that were refused, newest first, with who and when."""
        page = page_of(self.cursors, query, "refused", town)
        what = TriedChange(query["what"]) if query["what"] else None
        before = int(page.after[0]) if page.after else None
        shown, following = page.cut(
            self.views.refused(town, what, before, page.to_read), lambda listed: (listed.id,)
        )
        return json_answer({"items": [attempt_view(listed) for listed in shown], "next": following})
