"""Routes for whoever runs the platform: tokens, jurisdictions, sending again."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.pages import PageQuery, Pages
from services.registry.domain.tokens import Scope
from services.registry.handlers.resend import Resend
from services.registry.handlers.tokens import Tokens
from services.registry.handlers.tree import Tree
from services.registry.ports.books import Jurisdiction
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.inputs import Input, Moment, PlainText
from shared.web.routes import answers, mount, takes


class NewToken(Input):
    """What a token is to allow."""

    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    towns = fields.List(PlainText(100), required=True, validate=validate.Length(1, 1000))
    unit = PlainText(300, load_default=None, allow_none=True)
    person = PlainText(100, load_default=None, allow_none=True)
    valid_until = Moment(
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
    next = fields.String(allow_none=True)


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


class JurisdictionPage(Schema):
    """Jurisdictions by key."""

    items = fields.List(fields.Nested(JurisdictionView), required=True)
    next = fields.String(allow_none=True)


class NewResend(Input):
    """Towns whose messages are sent again; all, and all tokens, when left out."""

    towns = fields.List(PlainText(100), load_default=None, allow_none=True)


class Resent(Schema):
    """How many messages are on their way again."""

    messages = fields.Integer(required=True)


class PlatformRoutes:
    """Routes of the platform."""

    def __init__(self, tokens: Tokens, tree: Tree, resend: Resend, views: Views, pages: Pages) -> None:
        self._tokens = tokens
        self._tree = tree
        self._resend = resend
        self._views = views
        self._pages = pages

    @require(Role.ENGINEER)
    @takes(NewToken)
    @answers(201, TokenView)
    def issue_token(self, new: Mapping[str, Any]) -> Response:
        """Issue a token; it is shown in this answer and never again."""
        scope = Scope(new["role"], tuple(new["towns"]), new["unit"], new["person"], new["valid_until"])
        made = self._tokens.issue(scope, label=new["label"], by=caller().person)
        return json_answer(
            {
                "reference": made.reference,
                "token": made.token,
                "label": new["label"],
                "role": scope.role,
                "towns": list(scope.towns),
                "unit": scope.unit,
                "person": scope.person,
                "revoked": False,
                "valid_until": format_instant(scope.valid_until) if scope.valid_until else None,
                "issued_at": format_instant(made.issued_at),
            },
            201,
        )

    @require(Role.ENGINEER)
    @takes(PageQuery, "query")
    @answers(200, TokenPage)
    def list_tokens(self, query: Mapping[str, Any]) -> Response:
        """List tokens by reference."""
        after = self._pages.after(query, "tokens")
        rows = self._views.tokens(str(after[0]) if after else None, query["limit"])
        page, cursor = self._pages.cut(rows, query, "tokens", ("reference",))
        return json_answer({"items": [_token(row) for row in page], "next": cursor})

    @require(Role.ENGINEER)
    @answers(200, Revoked)
    def revoke_token(self, reference: str) -> Response:
        """Revoke a token for good."""
        return json_answer({"was_valid": self._tokens.revoke(reference)})

    @require(Role.ENGINEER)
    @takes(NewJurisdiction)
    @answers(200, JurisdictionView)
    def set_jurisdiction(self, new: Mapping[str, Any]) -> Response:
        """Enter or change a jurisdiction."""
        name = Text(new["name"]["zh"] or new["name"]["en"], new["name"]["en"] or new["name"]["zh"])
        self._tree.set(Jurisdiction(new["key"], name, new["part_of"]))
        return json_answer(
            {"key": new["key"], "name": {"zh": name.zh, "en": name.en}, "part_of": new["part_of"]}
        )

    @require(Role.ENGINEER)
    @takes(PageQuery, "query")
    @answers(200, JurisdictionPage)
    def list_jurisdictions(self, query: Mapping[str, Any]) -> Response:
        """List jurisdictions by key."""
        after = self._pages.after(query, "jurisdictions")
        rows = self._views.jurisdictions(str(after[0]) if after else None, query["limit"])
        page, cursor = self._pages.cut(rows, query, "jurisdictions", ("key",))
        return json_answer({"items": [_jurisdiction(row) for row in page], "next": cursor})

    @require(Role.ENGINEER)
    @takes(NewResend)
    @answers(202, Resent)
    def resend(self, new: Mapping[str, Any]) -> Response:
        """Send again what was sent, for a service that lost its store; all others pass it over."""
        return json_answer({"messages": self._resend.run(new["towns"])}, 202)


def _token(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("reference", "label", "role", "towns", "unit", "person", "revoked")
    until = row["valid_until"]
    return {
        **{key: row[key] for key in shown},
        "valid_until": format_instant(until) if until else None,
        "issued_at": format_instant(row["issued_at"]),
    }


def _jurisdiction(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "name": {"zh": row["name_zh"], "en": row["name_en"]},
        "part_of": row["part_of"],
    }


def blueprint(platform: PlatformRoutes) -> Blueprint:
    """Return the platform's routes."""
    routes = Blueprint("platform", __name__, description="tokens, jurisdictions, sending again")
    mount(routes, "POST", "/v1/tokens", platform.issue_token)
    mount(routes, "GET", "/v1/tokens", platform.list_tokens)
    mount(routes, "DELETE", "/v1/tokens/<reference>", platform.revoke_token)
    mount(routes, "POST", "/v1/jurisdictions", platform.set_jurisdiction)
    mount(routes, "GET", "/v1/jurisdictions", platform.list_jurisdictions)
    mount(routes, "POST", "/v1/resend", platform.resend)
    return routes
