"""Routes of records: which tokens were given and taken, and whose identities were read, by whom and from where.

For the engineer of the whole platform. What intake's identities are concerned, each reading stands in the case's own
history; refusals stand in the log.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.registry.api.inputs import LongPageQuery, PageAsked
from services.registry.domain.audit import IdentityReading, TokenEvent
from services.registry.domain.sessions import AccountEvent
from services.registry.store.audit import AuditViews
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.paging import NEXT, page_of
from shared.web.reach import Reach
from shared.web.routes import answers, mount, takes

Record = TokenEvent | IdentityReading | AccountEvent


class DoerView(Schema):
    """Who did it; all null: the command line."""

    role = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    token = fields.String(required=True, allow_none=True, metadata={"description": "a token's reference"})
    client = fields.String(required=True, allow_none=True, metadata={"description": "network address"})


class TokenEventView(Schema):
    """A token was issued or revoked."""

    id = fields.Integer(required=True, metadata={"description": "grows with time"})
    what = fields.String(required=True, metadata={"description": "token-issued, token-revoked"})
    reference = fields.String(required=True)
    by = fields.Nested(DoerView, required=True)
    at = fields.String(required=True)


class TokenEventPage(Schema):
    """What became of tokens, newest first."""

    items = fields.List(fields.Nested(TokenEventView), required=True)
    next = NEXT


class ReadingView(Schema):
    """An identity was read."""

    id = fields.Integer(required=True, metadata={"description": "grows with time"})
    town = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "whose; a reference"})
    by = fields.Nested(DoerView, required=True)
    at = fields.String(required=True)


class ReadingPage(Schema):
    """Readings of identities, newest first."""

    items = fields.List(fields.Nested(ReadingView), required=True)
    next = NEXT


class AccountEventView(Schema):
    """Something became of an account or a session."""

    id = fields.Integer(required=True, metadata={"description": "grows with time"})
    at = fields.String(required=True)
    what = fields.String(required=True, metadata={"description": "signed-in, sign-in-refused and the like"})
    account = fields.String(required=True, allow_none=True, metadata={"description": "null: of nobody"})
    login = fields.String(required=True, allow_none=True)
    session = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    by_role = fields.String(required=True, allow_none=True)
    by_person = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    by_token = fields.String(required=True, allow_none=True, metadata={"description": "a token's reference"})
    client = fields.String(required=True, allow_none=True, metadata={"description": "network address"})


class AccountEventPage(Schema):
    """What became of accounts and sessions, newest first."""

    items = fields.List(fields.Nested(AccountEventView), required=True)
    next = NEXT


@dataclass(frozen=True, slots=True)
class AuditRoutes:
    """Routes of records."""

    audit: AuditViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/audit/tokens", self.list_token_events)
        mount(blueprint, "GET", "/v1/audit/identities", self.list_readings)
        mount(blueprint, "GET", "/v1/audit/accounts", self.list_account_events)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(LongPageQuery, "query")
    @answers(200, TokenEventPage)
    def list_token_events(self, query: Mapping[str, Any]) -> Response:
        """List which tokens were issued and revoked, by whom, by which token and from where; newest first."""
        return self._listed(query, "audit-tokens", self.audit.tokens)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(LongPageQuery, "query")
    @answers(200, ReadingPage)
    def list_readings(self, query: Mapping[str, Any]) -> Response:
        """List whose names and addresses were read, by whom, by which token and from where; newest first."""
        return self._listed(query, "audit-identities", self.audit.readings)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(LongPageQuery, "query")
    @answers(200, AccountEventPage)
    def list_account_events(self, query: PageAsked) -> Response:
        """List who signed in, was refused or signed out, and what became of accounts, for half a year; newest first."""
        return self._listed(query, "audit-accounts", self.audit.accounts)

    def _listed(
        self, query: PageAsked, list_: str, read: Callable[[int | None, int], Sequence[Record]]
    ) -> Response:
        page = page_of(self.cursors, query, list_)
        before = int(page.after[0]) if page.after else None
        shown, following = page.cut(read(before, page.to_read), lambda record: (record.id,))
        return json_answer({"items": shown, "next": following})
