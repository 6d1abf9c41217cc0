"""Routes of grids: the map of the edition in force, the grid at a point, and codes."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.pages import PageQuery, Pages
from services.registry.api.refused import keeping_refusals
from services.registry.domain.codes import GridCode, Named, SeveralReadings
from services.registry.domain.grids import shown_choices
from services.registry.handlers.codes import Codes
from services.registry.handlers.refused import GRID_CODE, Refusals
from services.registry.store.maps import Maps
from services.registry.store.views import Views
from shared.web.access import caller, require
from shared.web.answers import PROBLEM_TYPE, ProblemSchema, json_answer, language, problem_body
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText, WholeNumber
from shared.web.routes import answers, mount, takes

GEOJSON = "application/geo+json"
_EVERYBODY = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)


class Point(Input):
    """Longitude and latitude in degrees (WGS 84)."""

    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))


class NewCode(Input):
    """Names and number of the grid that is to have a code."""

    street = PlainText(100, required=True)
    community = PlainText(100, required=True)
    serial = WholeNumber(required=True)
    readings = fields.Dict(
        PlainText(1),
        PlainText(20),
        load_default=dict,
        validate=validate.Length(max=100),
        metadata={"description": "character of several readings → how it is read, or the first letter"},
    )
    separator = PlainText(3, shortest=0, load_default="")


class Parts(Schema):
    """Sub-district, community and number."""

    street = fields.String(required=True)
    community = fields.String(required=True)
    serial = fields.Integer(required=True)


class Letters(Schema):
    """First letters of the names."""

    street = fields.String(required=True)
    community = fields.String(required=True)


class CodeView(Schema):
    """A grid's code, parts apart."""

    text = fields.String(required=True)
    parts = fields.Nested(Parts, required=True)
    letters = fields.Nested(Letters, required=True)


class CodePage(Schema):
    """Codes that were given out in a town."""

    items = fields.List(fields.Nested(CodeView), required=True)
    next = fields.String(allow_none=True)


class ChoiceView(Schema):
    """A character of several readings."""

    character = fields.String(required=True)
    readings = fields.List(fields.String(), required=True)


class AskedBack(ProblemSchema):
    """A refusal; where characters have several readings, those whose reading the operator must say."""

    choices = fields.List(fields.Nested(ChoiceView))


class Feature(Schema):
    """A grid (GeoJSON, RFC 7946)."""

    type = fields.Constant("Feature", required=True)
    id = fields.String(required=True)
    geometry = fields.Dict(required=True, allow_none=True)
    properties = fields.Dict(required=True)


class FeatureCollection(Schema):
    """A town's grids (GeoJSON, RFC 7946)."""

    type = fields.Constant("FeatureCollection", required=True)
    edition = fields.String(required=True)
    features = fields.List(fields.Nested(Feature), required=True)


class GridRoutes:
    """Routes of grids."""

    def __init__(self, maps: Maps, codes: Codes, refusals: Refusals, views: Views, pages: Pages) -> None:
        self._maps = maps
        self._codes = codes
        self.refusals = refusals
        self._views = views
        self._pages = pages

    @require(*_EVERYBODY)
    @answers(200, FeatureCollection, content_type=GEOJSON)
    def list_grids(self, town: str) -> Response:
        """Show a town's grids as its edition in force has them: code, type, people by reference, ends."""
        return _geo(self._maps.collection(town))

    @require(*_EVERYBODY)
    @takes(Point, "query")
    @answers(200, Feature, content_type=GEOJSON)
    def read_grid_at(self, query: Mapping[str, Any], town: str) -> Response:
        """Show the grid that lies at a point today."""
        return _geo(self._maps.at(town, query["lon"], query["lat"]))

    @keeping_refusals(GRID_CODE)
    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewCode)
    @answers(201, CodeView)
    @answers(422, AskedBack, content_type=PROBLEM_TYPE)
    def give_code(self, new: Mapping[str, Any], town: str) -> Response:
        """Give a grid its code. Characters of several readings are asked about; a code is given once."""
        named = Named(new["street"], new["community"], new["serial"])
        try:
            made = self._codes.give(
                town, named, chosen=new["readings"], separator=new["separator"], by=caller().person
            )
        except SeveralReadings as asking:
            return _asked_back(asking)
        return json_answer(_view(made), 201)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(PageQuery, "query")
    @answers(200, CodePage)
    def list_codes(self, query: Mapping[str, Any], town: str) -> Response:
        """List the codes that were given out in a town."""
        about = ["grid-codes", town]
        after = self._pages.after(query, about)
        rows = self._views.grid_codes(town, str(after[0]) if after else None, query["limit"])
        page, cursor = self._pages.cut(rows, query, about, ("id",))
        return json_answer({"items": [_view(row["code"]) for row in page], "next": cursor})


def _geo(data: Mapping[str, Any]) -> Response:
    answer = json_answer(data)
    answer.content_type = GEOJSON
    return answer


def _asked_back(asking: SeveralReadings) -> Response:
    body = {**problem_body(asking, 422), "choices": shown_choices(asking)}
    answer = json_answer(body, 422, {"Content-Language": language()})
    answer.content_type = PROBLEM_TYPE
    return answer


def _view(code: GridCode) -> dict[str, Any]:
    named = code.named
    return {
        "text": code.text,
        "parts": {"street": named.street, "community": named.community, "serial": named.serial},
        "letters": {"street": code.street, "community": code.community},
    }


def blueprint(grids: GridRoutes) -> Blueprint:
    """Return the routes of grids."""
    routes = Blueprint("grids", __name__, description="grids on the map, and their codes")
    mount(routes, "GET", "/v1/towns/<town>/grids", grids.list_grids)
    mount(routes, "GET", "/v1/towns/<town>/grids/at", grids.read_grid_at)
    mount(routes, "POST", "/v1/towns/<town>/grid-codes", grids.give_code)
    mount(routes, "GET", "/v1/towns/<town>/grid-codes", grids.list_codes)
    return routes
