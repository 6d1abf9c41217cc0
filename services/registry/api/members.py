"""Routes of members: who holds which unit. Lists show references; a name is shown one at a time, and
recorded.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.pages import PageQuery, Pages
from services.registry.domain.members import ROLES, Place
from services.registry.handlers.members import Members
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText, YesNo
from shared.web.routes import answers, mount, takes


class NewMember(Input):
    """A place in a unit, held or no longer; `person` is left out for somebody new."""

    unit = PlainText(300, required=True)
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in ROLES]))
    person = PlainText(100, load_default=None, allow_none=True)
    held = YesNo(load_default=True)
    name = PlainText(100, load_default=None, allow_none=True)
    addresses = fields.Dict(
        fields.String(),
        PlainText(2000),
        load_default=None,
        allow_none=True,
        metadata={"description": "channel (mail, webhook) → address"},
    )


class MemberQuery(PageQuery):
    """Which unit's members to list; all when left out."""

    unit = PlainText(300, load_default=None, allow_none=True)


class MemberView(Schema):
    """A place that is held."""

    unit = fields.String(required=True)
    role = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "a reference"})
    since = fields.String(required=True)


class MemberPage(Schema):
    """Places that are held in a town."""

    items = fields.List(fields.Nested(MemberView), required=True)
    next = fields.String(allow_none=True)


class PersonRef(Schema):
    """A person, by reference."""

    person = fields.String(required=True)


class PersonView(Schema):
    """Who a person is."""

    person = fields.String(required=True)
    name = fields.String(required=True)
    addresses = fields.Dict(fields.String(), fields.String(), required=True)


class Forgotten(Schema):
    """How many places ended."""

    places = fields.Integer(required=True)


class MemberRoutes:
    """Routes of members."""

    def __init__(self, members: Members, views: Views, pages: Pages) -> None:
        self._members = members
        self._views = views
        self._pages = pages

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewMember)
    @answers(200, PersonRef)
    def set_member(self, new: Mapping[str, Any], town: str) -> Response:
        """Enter that somebody holds a place in a unit, or no longer."""
        place = Place(new["person"] or "", new["unit"], new["role"], new["held"])
        person = self._members.set(town, place, name=new["name"], addresses=new["addresses"])
        return json_answer({"person": person})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(MemberQuery, "query")
    @answers(200, MemberPage)
    def list_members(self, query: Mapping[str, Any], town: str) -> Response:
        """List who holds which unit, by reference."""
        about = ["members", town, query["unit"]]
        after = self._pages.after(query, about)
        rows = self._views.members(town, query["unit"], tuple(after) if after else None, query["limit"])
        page, cursor = self._pages.cut(rows, query, about, ("unit", "person", "role"))
        return json_answer({"items": [_view(row) for row in page], "next": cursor})

    @require(Role.OPERATOR)
    @answers(200, PersonView)
    def read_person(self, town: str, person: str) -> Response:
        """Show who a person is. Every look is recorded."""
        who = caller()
        found = self._members.look_up(town, person, who.role.value, who.person)
        return json_answer({"person": person, "name": found.name, "addresses": dict(found.addresses)})

    @require(Role.OPERATOR)
    @answers(200, Forgotten)
    def forget_person(self, town: str, person: str) -> Response:
        """Erase a person's name and addresses and end every place; what was recorded by reference stays
        whole.
        """
        return json_answer({"places": self._members.forget(town, person)})


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit": row["unit"],
        "role": row["role"],
        "person": row["person"],
        "since": format_instant(row["changed_at"]),
    }


def blueprint(members: MemberRoutes) -> Blueprint:
    """Return the routes of members."""
    routes = Blueprint("members", __name__, description="who holds which unit")
    mount(routes, "POST", "/v1/towns/<town>/members", members.set_member)
    mount(routes, "GET", "/v1/towns/<town>/members", members.list_members)
    mount(routes, "GET", "/v1/towns/<town>/people/<person>", members.read_person)
    mount(routes, "DELETE", "/v1/towns/<town>/people/<person>", members.forget_person)
    return routes
