"""Routes for whoever runs the platform: tokens, jurisdictions, sending again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery
from services.registry.api.views import issued_view, jurisdiction_view, token_view
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.tokens import Scope
from services.registry.handlers.resend import Resend
from services.registry.handlers.tokens import Tokens
from services.registry.handlers.tree import Tree
from services.registry.store.views import SqlViews
from shared.kernel.texts import Text
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, InstantField, PlainText
from shared.web.paging import NEXT, page_of
from shared.web.reach import Reach
from shared.web.routes import answers, mount, takes


class NewToken(Input):
    """What a token is to allow."""

    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    towns = fields.List(PlainText(100), required=True, validate=validate.Length(1, 1000))
    unit = PlainText(300, load_default=None, allow_none=True)
    person = PlainText(100, load_default=None, allow_none=True)
    valid_until = InstantField(
        load_default=None, allow_none=True, metadata={"type": "string", "format": "date-time"}
    )
    label = PlainText(100, shortest=0, load_default="")


class TokenView(Schema):
    """A token by reference; the token itself stands in the answer to its issue and nowhere else."""

    reference = fields.String(required=True)
    token = fields.String()
    label = fields.String()
    role = fields.String(required=True)
    towns = fields.List(fields.String(), required=True)
    unit = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    valid_until = fields.String(allow_none=True)
    revoked = fields.Boolean(required=True)
    issued_at = fields.String(required=True)


class TokenPage(Schema):
    """Tokens by reference."""

    items = fields.List(fields.Nested(TokenView), required=True)
    next = NEXT


class Revoked(Schema):
    """Whether the token was valid until now."""

    was_valid = fields.Boolean(required=True)


class BothLanguages(Input):
    """A name in Chinese and English; one of them will do."""

    zh = PlainText(100, shortest=0, load_default="")
    en = PlainText(100, shortest=0, load_default="")


class NewJurisdiction(Input):
    """A node of the tree."""

    key = PlainText(201, required=True)
    name = fields.Nested(BothLanguages, required=True)
    part_of = PlainText(201, load_default=None, allow_none=True)


class JurisdictionView(Schema):
    """A node of the tree."""

    key = fields.String(required=True)
    name = fields.Dict(fields.String(), fields.String(), required=True)
    part_of = fields.String(allow_none=True)
    suspended_at = fields.String()  # of a town that takes nothing new


class JurisdictionPage(Schema):
    """Jurisdictions by key."""

    items = fields.List(fields.Nested(JurisdictionView), required=True)
    next = NEXT


class NewResend(Input):
    """Towns whose messages are sent again; all, and all tokens, when left out."""

    towns = fields.List(
        PlainText(100), load_default=None, allow_none=True, validate=validate.Length(max=5000)
    )


class Resent(Schema):
    """How many messages are on their way again."""

    messages = fields.Integer(required=True)


@dataclass(frozen=True, slots=True)
class PlatformRoutes:
    """Routes of the platform."""

    tokens: Tokens
    tree: Tree
    sending: Resend
    views: SqlViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/tokens", self.issue_token)
        mount(blueprint, "GET", "/v1/tokens", self.list_tokens)
        mount(blueprint, "DELETE", "/v1/tokens/<reference>", self.revoke_token)
        mount(blueprint, "POST", "/v1/jurisdictions", self.set_jurisdiction)
        mount(blueprint, "GET", "/v1/jurisdictions", self.list_jurisdictions)
        mount(blueprint, "POST", "/v1/towns/<key>/suspension", self.suspend)
        mount(blueprint, "DELETE", "/v1/towns/<key>/suspension", self.resume)
        mount(blueprint, "POST", "/v1/resend", self.resend)

    @require(Role.ENGINEER, reach=Reach.OWN)
    @takes(NewToken)
    @answers(201, TokenView)
    def issue_token(self, new: Mapping[str, Any]) -> Response:
        """Issue a token within the reach of the own one; it is shown in this answer and never again.

        Without `valid_until` it lives as long as a token may.
        """
        scope = Scope(new["role"], tuple(new["towns"]), new["unit"], new["person"], new["valid_until"])
        made = self.tokens.issue(scope, label=new["label"], by=caller())
        return json_answer(issued_view(made, new["label"]), 201)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(LongPageQuery, "query")
    @answers(200, TokenPage)
    def list_tokens(self, query: Mapping[str, Any]) -> Response:
        """List tokens by reference."""
        page = page_of(self.cursors, query, "tokens")
        found = self.views.tokens(page.after_id, page.to_read)
        shown, following = page.cut(found, lambda token: (token.reference,))
        return json_answer({"items": [token_view(token) for token in shown], "next": following})

    @require(Role.ENGINEER, reach=Reach.OWN)
    @answers(200, Revoked)
    def revoke_token(self, reference: str) -> Response:
        """Revoke a token for good; one beyond the reach of the own is as if it were not there."""
        return json_answer({"was_valid": self.tokens.revoke(reference, by=caller())})

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(NewJurisdiction)
    @answers(200, JurisdictionView)
    def set_jurisdiction(self, new: Mapping[str, Any]) -> Response:
        """Enter or change a jurisdiction."""
        name = Text(new["name"]["zh"] or new["name"]["en"], new["name"]["en"] or new["name"]["zh"])
        jurisdiction = Jurisdiction(new["key"], name, new["part_of"])
        self.tree.set(jurisdiction)
        return json_answer(jurisdiction_view(jurisdiction))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(LongPageQuery, "query")
    @answers(200, JurisdictionPage)
    def list_jurisdictions(self, query: Mapping[str, Any]) -> Response:
        """List jurisdictions by key."""
        page = page_of(self.cursors, query, "jurisdictions")
        found = self.views.jurisdictions(page.after_id, page.to_read)
        shown, following = page.cut(found, lambda jurisdiction: (jurisdiction.key,))
        return json_answer({"items": [jurisdiction_view(each) for each in shown], "next": following})

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200, JurisdictionView)
    def suspend(self, key: str) -> Response:
        """Have a town take nothing new: reports, steps and imports are refused; what runs there goes on."""
        return json_answer(jurisdiction_view(self.tree.suspend(key, by=caller())))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200, JurisdictionView)
    def resume(self, key: str) -> Response:
        """Have a suspended town take what comes again."""
        return json_answer(jurisdiction_view(self.tree.resume(key, by=caller())))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(NewResend)
    @answers(202, Resent)
    def resend(self, new: Mapping[str, Any]) -> Response:
        """Send again what was sent, for a service that lost its store; all others pass it over."""
        return json_answer({"messages": self.sending.run(new["towns"])}, 202)
