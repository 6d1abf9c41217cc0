"""The public list of a town: results of cases, without personal data (P001-05.9, A-20). Needs no token."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.store.desks import PublicList
from shared.web.access import open_to_all
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText
from shared.web.routes import answers, mount, takes


class ListQuery(Input):
    """Where to go on."""

    cursor = PlainText(1000, load_default=None, allow_none=True)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class LineView(Schema):
    """One published result."""

    number = fields.String(required=True)
    category = fields.String(required=True)
    state = fields.String(required=True)
    text = fields.String(required=True)
    on = fields.String(required=True, metadata={"description": "local day of publication"})


class ListPage(Schema):
    """Published results, newest first."""

    items = fields.List(fields.Nested(LineView), required=True)
    private_count = fields.Integer(
        required=True, metadata={"description": "results of private categories, published as a number alone"}
    )
    next = fields.String(allow_none=True, metadata={"description": "cursor of the next page"})


class Publications:
    """Routes of the public list."""

    def __init__(self, published: PublicList, cursors: Cursors) -> None:
        self._published = published
        self._cursors = cursors

    @open_to_all
    @takes(ListQuery, "query")
    @answers(200, ListPage)
    def list_publications(self, query: Mapping[str, Any], town: str) -> Response:
        """List a town's published results, newest first; a town that published nothing has an empty list."""
        about = ["publications", town]
        before = self._cursors.read(query["cursor"], about)[0] if query["cursor"] else None
        rows = self._published.page(town, before, query["limit"])
        more = len(rows) > query["limit"]
        rows = rows[: query["limit"]]
        cursor = self._cursors.write([rows[-1]["notification"]], about) if more else None
        return json_answer(
            {
                "items": [_view(row) for row in rows],
                "next": cursor,
                "private_count": self._published.count_private(town),
            }
        )


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    def said(name: str) -> Any:
        first, second = ("zh", "en") if language() == "zh" else ("en", "zh")
        return row[f"{name}_{first}"] or row[f"{name}_{second}"]

    return {
        "number": row["number"],
        "category": said("category"),
        "state": said("state"),
        "text": said("text"),
        "on": row["published_on"],
    }


def blueprint(publications: Publications) -> Blueprint:
    """Return the public list's route."""
    routes = Blueprint("publications", __name__, description="results made public")
    mount(routes, "GET", "/v1/towns/<town>/publications", publications.list_publications)
    return routes
