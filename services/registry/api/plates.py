"""Routes of plates: what signs and cards say of somebody, entered on purpose."""

from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct

from services.registry.api.inputs import TypedInput
from services.registry.domain.plates import LARGEST_PHOTO, LONGEST_PHONE
from services.registry.handlers.plates import Plates
from shared.files.pictures import STRIPPED
from shared.kernel.roles import Role
from shared.rules.teams.known import PostedPerson
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.inputs import OneLine
from shared.web.routes import answers, describe, mount, takes
from shared.web.uploads import described_body, read_upload


class NewPlate(TypedInput):
    """What is posted of somebody: the name, and the telephone at work."""

    makes = PostedPerson
    name = OneLine(100, required=True)
    phone = OneLine(LONGEST_PHONE, shortest=0, load_default="")


class PlateView(Schema):
    """What is posted of somebody."""

    person = fields.String(required=True, metadata={"description": "a reference"})
    name = fields.String(required=True)
    phone = fields.String(required=True)


class ShownPlate(Struct, frozen=True):
    """`PlateView`'s values."""

    person: str
    name: str
    phone: str


class PhotoView(Schema):
    """Whose photo is posted, and by which name it is asked for."""

    person = fields.String(required=True, metadata={"description": "a reference"})
    photo = fields.String(required=True)


class TakenDown(Schema):
    """Of whom nothing is posted any more."""

    person = fields.String(required=True, metadata={"description": "a reference"})


@dataclass(frozen=True, slots=True)
class PlateRoutes:
    """Routes of plates."""

    plates: Plates

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        path = "/v1/towns/<town>/people/<person>/plate"
        mount(blueprint, "PUT", path, self.set_plate)
        mount(blueprint, "DELETE", path, self.take_plate_down)
        mount(blueprint, "PUT", f"{path}/photo", self.set_photo)
        mount(blueprint, "DELETE", f"{path}/photo", self.take_photo_down)

    @require(Role.OPERATOR)
    @takes(NewPlate)
    @answers(200, PlateView)
    def set_plate(self, plate: PostedPerson, town: str, person: str) -> Response:
        """Have signs and cards name somebody: they show it from now on, to everybody who may read them."""
        self.plates.set(town, person, plate, by=caller().person)
        return json_answer(ShownPlate(person, plate.name, plate.phone))

    @require(Role.OPERATOR)
    @answers(200, TakenDown)
    def take_plate_down(self, town: str, person: str) -> Response:
        """Have no sign and no card name somebody any more."""
        self.plates.take_down(town, person)
        return json_answer({"person": person})

    @require(Role.OPERATOR)
    @describe(requestBody=described_body(STRIPPED))
    @answers(200, PhotoView)
    def set_photo(self, town: str, person: str) -> Response:
        """Have signs and cards show somebody: JPEG, PNG or WebP, at most 2 MiB. There has to be a plate.

        What cameras write beside a picture, such as where it was taken, is not kept.
        """
        photo = self.plates.set_photo(town, person, read_upload(LARGEST_PHOTO), by=caller().person)
        return json_answer({"person": person, "photo": photo})

    @require(Role.OPERATOR)
    @answers(200, TakenDown)
    def take_photo_down(self, town: str, person: str) -> Response:
        """Have no sign and no card show somebody any more; what else is posted stays."""
        self.plates.take_photo_down(town, person)
        return json_answer({"person": person})
