"""Route of units: all of a town, with who holds each, by reference; one that nobody holds is there too."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct, convert

from services.registry.api.inputs import LongPageQuery, PageAsked
from services.registry.domain.units import HeldUnit
from services.registry.store.units import SqlUnits
from shared.kernel.roles import Role
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import PlainText
from shared.web.paging import NEXT, page_of
from shared.web.routes import answers, mount, takes

ALL, VACANT = "all", "vacant"


class UnitsQuery(LongPageQuery):
    """Which units: those that nobody holds, those of one person; all when left out."""

    which = fields.String(load_default=ALL, validate=validate.OneOf([ALL, VACANT]))
    person = PlainText(100)


class WantedUnits(Struct, frozen=True):
    """`UnitsQuery`'s values."""

    which: str = ALL
    person: str | None = None

    def takes(self, held: HeldUnit) -> bool:
        """Tell whether a unit is among those that are wanted."""
        of_person = self.person in (None, *(member.person for member in held.members))
        return of_person and (self.which != VACANT or not held.members)


class HolderView(Schema):
    """Somebody who holds the unit."""

    person = fields.String(required=True, metadata={"description": "a reference"})
    role = fields.String(required=True)
    since = fields.String(required=True)


class UnitView(Schema):
    """A unit."""

    unit = fields.String(required=True)
    in_edition = fields.Boolean(
        required=True, metadata={"description": "whether the edition in force names it"}
    )
    people = fields.List(
        fields.Nested(HolderView), required=True, metadata={"description": "none: it is vacant"}
    )


class UnitPage(Schema):
    """Units of a town, by address."""

    items = fields.List(fields.Nested(UnitView), required=True)
    next = NEXT


class ShownHolder(Struct, frozen=True):
    """`HolderView`'s values."""

    person: str
    role: str
    since: datetime


class ShownUnit(Struct, frozen=True):
    """`UnitView`'s values."""

    unit: str
    in_edition: bool
    people: tuple[ShownHolder, ...]


@dataclass(frozen=True, slots=True)
class UnitRoutes:
    """Who holds what, unit by unit."""

    units: SqlUnits
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns/<town>/units", self.list_units)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(UnitsQuery, "query")
    @answers(200, UnitPage)
    def list_units(self, query: PageAsked, town: str) -> Response:
        """List a town's units with who holds each, by reference; vacant ones too."""
        page = page_of(self.cursors, query, "units", town)
        wanted = convert(page.filters, WantedUnits)
        fitting = [held for held in self.units.of_town(town) if wanted.takes(held)]
        after = [held for held in fitting if page.after_id is None or held.unit > page.after_id]
        shown, following = page.cut(after[: page.to_read], lambda held: (held.unit,))
        return json_answer({"items": [_view(held) for held in shown], "next": following})


def _view(held: HeldUnit) -> ShownUnit:
    people = tuple(ShownHolder(member.person, member.role, member.since) for member in held.members)
    return ShownUnit(held.unit, held.in_edition, people)
