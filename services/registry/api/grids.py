"""Routes of grids: the map of the edition in force, the grid at a point, and codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery
from services.registry.api.refused import keeping_refusals
from services.registry.api.views import choice_views, code_view, grid_view, map_view
from services.registry.domain.attempts import TriedChange
from services.registry.domain.codes import GridName, SeveralReadings
from services.registry.handlers.codes import Codes
from services.registry.handlers.refused import Refusals
from services.registry.store.grids import SqlGridMaps
from services.registry.store.views import SqlViews
from shared.web.access import caller, require
from shared.web.answers import PROBLEM_TYPE, ProblemSchema, json_answer, language, problem_body
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText, WholeNumber
from shared.web.paging import NEXT, by_id, page_of
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
    next = NEXT


class ChoiceView(Schema):
    """A character of several readings."""

    character = fields.String(required=True)
    readings = fields.List(fields.String(), required=True)


class AskedBack(ProblemSchema):
    """A refusal; where characters have several readings, those whose reading the operator must say."""

    choices = fields.List(fields.Nested(ChoiceView))


class GridFeature(Schema):
    """A grid (GeoJSON, RFC 7946)."""

    type = fields.Constant("Feature", required=True)
    id = fields.String(required=True)
    geometry = fields.Dict(required=True, allow_none=True)
    properties = fields.Dict(required=True)


class GridFeatures(Schema):
    """A town's grids (GeoJSON, RFC 7946)."""

    type = fields.Constant("FeatureCollection", required=True)
    edition = fields.String(required=True)
    features = fields.List(fields.Nested(GridFeature), required=True)


@dataclass(frozen=True, slots=True)
class GridRoutes:
    """Routes of grids."""

    maps: SqlGridMaps
    codes: Codes
    refusals: Refusals
    views: SqlViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/grids", self.list_grids)
        mount(blueprint, "GET", "/v1/towns/<town>/grids/at", self.read_grid_at)
        mount(blueprint, "POST", "/v1/towns/<town>/grid-codes", self.give_code)
        mount(blueprint, "GET", "/v1/towns/<town>/grid-codes", self.list_codes)

    @require(*_EVERYBODY)
    @answers(200, GridFeatures, content_type=GEOJSON)
    def list_grids(self, town: str) -> Response:
        """Show a town's grids as its edition in force has them: code, type, people by reference, ends."""
        return _geo(map_view(self.maps.of_town(town)))

    @require(*_EVERYBODY)
    @takes(Point, "query")
    @answers(200, GridFeature, content_type=GEOJSON)
    def read_grid_at(self, query: Mapping[str, Any], town: str) -> Response:
        """Show the grid that lies at a point today."""
        return _geo(grid_view(self.maps.at(town, query["lon"], query["lat"])))

    @keeping_refusals(TriedChange.GRID_CODE)
    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewCode)
    @answers(201, CodeView)
    @answers(422, AskedBack, content_type=PROBLEM_TYPE)
    def give_code(self, new: Mapping[str, Any], town: str) -> Response:
        """Give a grid its code. Characters of several readings are asked about; a code is given once."""
        name = GridName(new["street"], new["community"], new["serial"])
        try:
            made = self.codes.give(
                town, name, chosen=new["readings"], separator=new["separator"], by=caller()
            )
        except SeveralReadings as asking:
            return _asked_back(asking)
        return json_answer(code_view(made), 201)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(LongPageQuery, "query")
    @answers(200, CodePage)
    def list_codes(self, query: Mapping[str, Any], town: str) -> Response:
        """List the codes that were given out in a town."""
        page = page_of(self.cursors, query, "grid-codes", town)
        shown, following = page.cut(self.views.grid_codes(town, page.after_id, page.to_read), by_id)
        return json_answer({"items": [code_view(listed.code) for listed in shown], "next": following})


def _geo(data: Mapping[str, Any]) -> Response:
    answer = json_answer(data)
    answer.content_type = GEOJSON
    return answer


def _asked_back(asking: SeveralReadings) -> Response:
    body = {**problem_body(asking, 422), "choices": choice_views(asking.choices)}
    answer = json_answer(body, 422, {"Content-Language": language()})
    answer.content_type = PROBLEM_TYPE
    return answer
