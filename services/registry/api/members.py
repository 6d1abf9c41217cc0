"""Routes of members: who holds which unit. Lists show references; a name is shown one at a time, and
recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery
from services.registry.api.views import identity_view, member_view
from services.registry.domain.members import ROLES, ListedMember, Membership
from services.registry.handlers.members import Members
from services.registry.store.views import MemberKey, SqlViews
from shared.web.access import named_caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText, YesNo
from shared.web.paging import NEXT, SortValues, page_of
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
        validate=validate.Length(max=20),
        metadata={"description": "channel (mail, webhook) → address"},
    )


class MemberQuery(LongPageQuery):
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
    next = NEXT


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


@dataclass(frozen=True, slots=True)
class MemberRoutes:
    """Routes of members."""

    members: Members
    views: SqlViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/members", self.set_member)
        mount(blueprint, "GET", "/v1/towns/<town>/members", self.list_members)
        mount(blueprint, "GET", "/v1/towns/<town>/people/<person>", self.read_person)
        mount(blueprint, "DELETE", "/v1/towns/<town>/people/<person>", self.forget_person)

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewMember)
    @answers(200, PersonRef)
    def set_member(self, new: Mapping[str, Any], town: str) -> Response:
        """Enter that somebody holds a place in a unit, or no longer."""
        membership = Membership(new["person"] or "", new["unit"], new["role"], new["held"])
        person = self.members.set(town, membership, name=new["name"], addresses=new["addresses"])
        return json_answer({"person": person})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(MemberQuery, "query")
    @answers(200, MemberPage)
    def list_members(self, query: Mapping[str, Any], town: str) -> Response:
        """List who holds which unit, by reference."""
        page = page_of(self.cursors, query, "members", town)
        found = self.views.members(town, query["unit"], _after(page.after), page.to_read)
        shown, following = page.cut(found, _place)
        return json_answer({"items": [member_view(member) for member in shown], "next": following})

    @require(Role.OPERATOR)
    @answers(200, PersonView)
    def read_person(self, town: str, person: str) -> Response:
        """Show who a person is, to a token that names a person. Every look is recorded."""
        return json_answer(identity_view(person, self.members.look_up(town, person, named_caller())))

    @require(Role.OPERATOR)
    @answers(200, Forgotten)
    def forget_person(self, town: str, person: str) -> Response:
        """Erase a person's name and addresses and end every place; what was recorded by reference stays
        whole.
        """
        return json_answer({"places": self.members.forget(town, person)})


def _place(member: ListedMember) -> SortValues:
    return (member.unit, member.person, member.role)


def _after(place: SortValues | None) -> MemberKey | None:
    if place is None:
        return None
    unit, person, role = place
    return str(unit), str(person), str(role)
