"""Routes of sheets: what signs, maps and contact cards show of a place. Those that are public need no token."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct

from services.registry.api.grid_facts import STAFF
from services.registry.api.views import ShownGeometry, geometry_view
from services.registry.domain.codes import GridCode
from services.registry.domain.grids import coded
from services.registry.domain.plates import Photo
from services.registry.handlers.sheets import DrawnSheets, SheetMaker
from shared.files.pictures import STRIPPED
from shared.kernel.texts import Text
from shared.rules.logic.facts import Value
from shared.rules.pack.model import PlaceCode, Shown, Teams
from shared.rules.teams.known import PostedPerson
from shared.rules.teams.sheets import SheetPicture, SheetPost
from shared.web.access import open_to_all, require, unknown
from shared.web.answers import json_answer
from shared.web.file_kinds import ENDINGS
from shared.web.inputs import FactValue
from shared.web.routes import answers, describe, mount
from shared.web.uploads import FILE, described_file, inert_file

_BOTH = {"description": "in both languages: zh, en"}


class SheetPersonView(Schema):
    """What a sheet says of somebody; '' where it does not say it, or nothing was given to be posted."""

    name = fields.String(required=True)
    phone = fields.String(required=True)
    photo = fields.String(required=True, metadata={"description": "by which it is asked for"})


class SheetPostView(Schema):
    """A post on a sheet; `vacant`: nobody holds it."""

    post = fields.String(required=True)
    name = fields.Dict(required=True, allow_none=True, metadata=_BOTH)
    people = fields.List(fields.Nested(SheetPersonView), required=True)
    tasks = fields.List(fields.Dict(), required=True, metadata=_BOTH)
    vacant = fields.Boolean(required=True)


class SheetFactView(Schema):
    """A fact of the place."""

    fact = fields.String(required=True)
    name = fields.Dict(required=True, metadata=_BOTH)
    value = FactValue(required=True)


class SheetPlaceView(Schema):
    """A place on a map, with its outline (GeoJSON) where it is to be drawn."""

    place = fields.String(required=True)
    name = fields.Dict(required=True, allow_none=True, metadata=_BOTH)
    code = fields.String(required=True, allow_none=True)
    geometry = fields.Dict(required=True, allow_none=True)


class SheetView(Schema):
    """What a sheet shows of a place; what it does not show is null or empty."""

    sheet = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.Dict(required=True, metadata=_BOTH)
    here = fields.Nested(SheetPlaceView, required=True)
    posts = fields.List(fields.Nested(SheetPostView), required=True)
    facts = fields.List(fields.Nested(SheetFactView), required=True)
    within = fields.List(fields.Nested(SheetPlaceView), required=True)
    qr = fields.Boolean(required=True, metadata={"description": "a code leads to the place's page"})
    photo = fields.Boolean(required=True, metadata={"description": "room for a photo of whoever it names"})


class SheetList(Schema):
    """Sheets of a place, drawn from what holds now."""

    items = fields.List(fields.Nested(SheetView), required=True)


class PostedPlaceView(Schema):
    """A place of which everybody may read a sheet."""

    place = fields.String(required=True)
    sheets = fields.List(fields.String(), required=True)


class PostedPlaces(Schema):
    """Places of which everybody may read a sheet."""

    items = fields.List(fields.Nested(PostedPlaceView), required=True)


class ShownSheetPerson(Struct, frozen=True):
    """`SheetPersonView`'s values."""

    name: str
    phone: str
    photo: str


class ShownSheetPost(Struct, frozen=True):
    """`SheetPostView`'s values."""

    post: str
    name: Text | None
    people: tuple[ShownSheetPerson, ...]
    tasks: tuple[Text, ...]
    vacant: bool


class ShownSheetFact(Struct, frozen=True):
    """`SheetFactView`'s values."""

    fact: str
    name: Text
    value: Value


class ShownSheetPlace(Struct, frozen=True):
    """`SheetPlaceView`'s values."""

    place: str
    name: Text | None
    code: str | None
    geometry: ShownGeometry | None


class ShownSheet(Struct, frozen=True):
    """`SheetView`'s values."""

    sheet: str
    kind: str
    title: Text
    here: ShownSheetPlace
    posts: tuple[ShownSheetPost, ...]
    facts: tuple[ShownSheetFact, ...]
    within: tuple[ShownSheetPlace, ...]
    qr: bool
    photo: bool


class ShownSheets(Struct, frozen=True):
    """`SheetList`'s values."""

    items: tuple[ShownSheet, ...]


class ShownPostedPlace(Struct, frozen=True):
    """`PostedPlaceView`'s values."""

    place: str
    sheets: tuple[str, ...]


class ShownPostedPlaces(Struct, frozen=True):
    """`PostedPlaces`' values."""

    items: tuple[ShownPostedPlace, ...]


@dataclass(frozen=True, slots=True)
class SheetRoutes:
    """Routes of sheets."""

    sheets: SheetMaker

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>"
        mount(blueprint, "GET", f"{base}/grids/<place>/sheets", self.list_sheets)
        mount(blueprint, "GET", f"{base}/posted", self.list_posted)
        mount(blueprint, "GET", f"{base}/posted/<place>", self.read_posted)
        mount(blueprint, "GET", f"{base}/grids/<place>/photos/<photo>", self.read_photo)
        mount(blueprint, "GET", f"{base}/posted/<place>/photos/<photo>", self.read_posted_photo)

    @require(*STAFF)
    @answers(200, SheetList)
    def list_sheets(self, town: str, place: str) -> Response:
        """List the sheets of a place, to be printed: sign, map, contact card."""
        return json_answer(_shown(self.sheets.of_place(town, place)))

    @open_to_all
    @answers(200, PostedPlaces)
    def list_posted(self, town: str) -> Response:
        """List the places of which the town's rules let everybody read a sheet."""
        found = self.sheets.posted(town)
        return json_answer(
            ShownPostedPlaces(tuple(ShownPostedPlace(each.place, each.sheets) for each in found))
        )

    @open_to_all
    @answers(200, SheetList)
    def read_posted(self, town: str, place: str) -> Response:
        """Show what the public sheets of a place show, and nothing beyond."""
        return json_answer(_shown(self.sheets.of_place(town, place, public=True)))

    @require(*STAFF)
    @describe(responses={"200": described_file(STRIPPED)})
    @answers(200, FILE, content_type=next(iter(STRIPPED)))
    def read_photo(self, town: str, place: str, photo: str) -> Response:
        """Give a photo that a sheet of a place shows now."""
        return _given(photo, self.sheets.photo(town, place, photo))

    @open_to_all
    @describe(responses={"200": described_file(STRIPPED)})
    @answers(200, FILE, content_type=next(iter(STRIPPED)))
    def read_posted_photo(self, town: str, place: str, photo: str) -> Response:
        """Give a photo that a public sheet of a place shows now."""
        return _given(photo, self.sheets.photo(town, place, photo, public=True))


def _given(id_: str, photo: Photo | None) -> Response:
    if photo is None:
        raise unknown("photo", id_)
    answer = inert_file(photo.content, photo.type, f"photo{ENDINGS[photo.type]}")
    answer.cache_control.no_store = True  # taken down, it is to be gone
    return answer


def _shown(drawn: DrawnSheets) -> ShownSheets:
    return ShownSheets(tuple(_sheet(drawn, each) for each in drawn.pictures))


def _sheet(drawn: DrawnSheets, of: SheetPicture) -> ShownSheet:
    teams = drawn.pack.teams or Teams()
    has_area = of.has_area
    here = _place(drawn, of.place, of.name, of.code, has_area=has_area)
    return ShownSheet(
        of.sheet,
        of.kind.value,
        of.title,
        here,
        tuple(map(_post, of.posts)),
        tuple(ShownSheetFact(fact, teams.facts[fact].name, value) for fact, value in of.facts.items()),
        tuple(_place(drawn, each.place, each.name, each.code, has_area=has_area) for each in of.within),
        of.has_qr,
        Shown.WORKER_PHOTO in teams.sheets[of.sheet].shows,
    )


def _post(of: SheetPost) -> ShownSheetPost:
    return ShownSheetPost(of.post, of.name, tuple(map(_person, of.people)), of.tasks, of.is_vacant)


def _person(of: PostedPerson) -> ShownSheetPerson:
    return ShownSheetPerson(of.name, of.phone, of.photo)


def _place(
    drawn: DrawnSheets, place: str, name: Text | None, code: PlaceCode | None, *, has_area: bool
) -> ShownSheetPlace:
    area = drawn.pack.places[place].area if has_area else None
    written = _written(code, drawn.codes) if code else None
    return ShownSheetPlace(place, name, written, geometry_view(area) if area else None)


def _written(code: PlaceCode, given: Sequence[GridCode]) -> str | None:
    found = coded(code, given).code
    return found.text if found else None
