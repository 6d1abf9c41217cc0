"""Routes of signing in: sessions, their tokens, the own password, and tokens for residents without an account."""

from dataclasses import dataclass
from hashlib import sha256

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import TypedInput
from services.registry.api.session_access import in_session, signed_in, visitor
from services.registry.api.session_views import opened_view, own_sessions_view, session_view, short_token_view
from services.registry.domain.accounts import LONGEST_LOGIN, login_of
from services.registry.domain.passwords import LONGEST
from services.registry.handlers.account_names import AccountNames
from services.registry.handlers.guests import Guests
from services.registry.handlers.openid import OpenIdSignIn
from services.registry.handlers.sessions import Sessions
from services.registry.store.accounts import AccountViews
from shared.contracts.short_tokens import LONGEST as LONGEST_SHORT
from shared.web.access import BEARER, open_to_all, shown_secret
from shared.web.answers import json_answer
from shared.web.inputs import AnyText, PlainText
from shared.web.metering import (
    charge_guest,
    charge_sign_in,
    charge_visitor,
    client_address,
    forgive_sign_in,
)
from shared.web.routes import answers, mount, takes


def _password() -> AnyText:
    """Taken as it was typed; what it must be like is asked where it is chosen."""
    return AnyText(required=True, validate=validate.Length(1, LONGEST))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The password so far, and the one to come."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One of the own roles, by its id."""

    role: str


@dataclass(frozen=True, slots=True)
class ComingBack:
    """With what somebody comes back from a provider."""

    state: str
    code: str


class ComingBackInput(TypedInput):
    """With what somebody comes back from a provider."""

    makes = ComingBack
    state = AnyText(required=True, validate=validate.Length(1, 2000))
    code = AnyText(required=True, validate=validate.Length(1, 4000))


class OfferedProvider(Schema):
    """A provider: what it is called, and nothing else of it."""

    provider = fields.String(required=True)
    label = fields.String(required=True)


class OfferedProviders(Schema):
    """All at which people may sign in, beside passwords."""

    providers = fields.List(fields.Nested(OfferedProvider), required=True)


class BegunView(Schema):
    """Where to send somebody; whoever sends them keeps `state` and compares it when they come back."""

    authorization_url = fields.String(required=True)
    state = fields.String(required=True)


class SignIn(TypedInput):
    """Who wants to sign in."""

    makes = Credentials
    login = PlainText(LONGEST_LOGIN, required=True)
    password = _password()


class NewPassword(TypedInput):
    """The password so far, and the one to come: ten characters at least, not the login, none that is guessed first."""

    makes = PasswordChange
    old = _password()
    new = _password()


class WantedRole(TypedInput):
    """As what somebody wants to act."""

    makes = RoleChoice
    role = PlainText(100, required=True, metadata={"description": "the `id` of a role of GET /v1/session"})


class SessionPerson(Schema):
    """Who has signed in."""

    reference = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "empty where none is known"})


class OpenedView(Schema):
    """A session that was opened; its secret stands in this answer and nowhere else."""

    session = fields.String(required=True, metadata={"description": "send it as Authorization: Session …"})
    reference = fields.String(required=True)
    person = fields.Nested(SessionPerson, required=True)
    opened_at = fields.String(required=True)
    ends_at = fields.String(required=True)


class HeldRoleView(Schema):
    """What somebody can act as."""

    id = fields.String(required=True)
    role = fields.String(required=True)
    towns = fields.List(fields.String(), required=True)
    unit = fields.String(required=True, allow_none=True)
    town_names = fields.Dict(
        fields.String(),
        fields.Dict(fields.String(), fields.String()),
        required=True,
        metadata={"description": "town → language → name"},
    )


class SessionView(Schema):
    """A session as whoever has signed in sees it."""

    reference = fields.String(required=True)
    person = fields.Nested(SessionPerson, required=True)
    opened_at = fields.String(required=True)
    seen_at = fields.String(required=True)
    ends_at = fields.String(required=True)
    must_change_password = fields.Boolean(required=True)
    roles = fields.List(fields.Nested(HeldRoleView), required=True)


class ShortTokenView(Schema):
    """A token; it stands in this answer and nowhere else, and ends a quarter of an hour later at most."""

    token = fields.String(required=True)
    ends_at = fields.String(required=True)


class OwnSessionView(Schema):
    """One of the own sessions that are open."""

    reference = fields.String(required=True)
    opened_at = fields.String(required=True)
    seen_at = fields.String(required=True)
    ends_at = fields.String(required=True)
    client = fields.String(required=True, metadata={"description": "network address"})
    agent = fields.String(required=True, metadata={"description": "what the browser calls itself, shortened"})
    this = fields.Boolean(required=True)


class OwnSessions(Schema):
    """The own sessions that are open, the newest first."""

    items = fields.List(fields.Nested(OwnSessionView), required=True)


@dataclass(frozen=True, slots=True)
class SessionRoutes:
    """Routes of signing in."""

    sessions: Sessions
    guests: Guests
    names: AccountNames
    views: AccountViews
    openid: OpenIdSignIn

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/sessions", self.sign_in)
        mount(blueprint, "GET", "/v1/sessions/oidc", self.list_providers)
        mount(blueprint, "POST", "/v1/sessions/oidc/<provider>/begin", self.begin_openid)
        mount(blueprint, "POST", "/v1/sessions/oidc/<provider>/finish", self.finish_openid)
        mount(blueprint, "GET", "/v1/session", self.read_session)
        mount(blueprint, "DELETE", "/v1/session", self.sign_out)
        mount(blueprint, "POST", "/v1/session/token", self.issue_short_token)
        mount(blueprint, "PUT", "/v1/session/password", self.change_password)
        mount(blueprint, "GET", "/v1/session/sessions", self.list_own_sessions)
        mount(blueprint, "DELETE", "/v1/session/sessions/<reference>", self.end_session)
        mount(blueprint, "POST", "/v1/towns/<town>/guest", self.issue_guest_token)

    @open_to_all
    @takes(SignIn)
    @answers(201, OpenedView)
    def sign_in(self, given: Credentials) -> Response:
        """Sign in with login and password. Whatever is wrong, the answer is the same; tries are counted."""
        account = _account(given.login)
        charge_sign_in(account)
        opened = self.sessions.sign_in(given.login, given.password, visitor())
        forgive_sign_in(account)
        return json_answer(opened_view(opened), 201, {"Cache-Control": "no-store"})

    @open_to_all
    @answers(200, OfferedProviders)
    def list_providers(self) -> Response:
        """List the providers at which people may sign in, by name: what a page of signing in has buttons for."""
        offered = self.openid.offered()
        return json_answer({"providers": [{"provider": key, "label": label} for key, label in offered]})

    @open_to_all
    @answers(200, BegunView)
    def begin_openid(self, provider: str) -> Response:
        """Say where to send somebody who signs in with a provider; the attempt is good for ten minutes."""
        charge_visitor()
        begun = self.openid.begin(provider)
        return json_answer(
            {"authorization_url": begun.address, "state": begun.state}, 200, {"Cache-Control": "no-store"}
        )

    @open_to_all
    @takes(ComingBackInput)
    @answers(201, OpenedView)
    def finish_openid(self, given: ComingBack, provider: str) -> Response:
        """Sign in whom the provider vouches for, where an engineer has linked an account to them."""
        charge_visitor()
        opened = self.openid.finish(provider, given.state, given.code, visitor())
        return json_answer(opened_view(opened), 201, {"Cache-Control": "no-store"})

    @in_session(with_first_password=True)
    @answers(200, SessionView)
    def read_session(self) -> Response:
        """Show who has signed in, until when, and as what they can act."""
        who = signed_in()
        roles = self.sessions.roles_of(who.account.id)
        towns = self.views.town_names([town for held in roles for town in held.towns])
        return json_answer(session_view(who, self.names.of(who.account), roles, towns))

    @in_session(with_first_password=True)
    @answers(204)
    def sign_out(self) -> Response:
        """End the session, and its tokens with it."""
        self.sessions.sign_out(signed_in(), client_address())
        return Response(status=204)

    @in_session()
    @takes(WantedRole)
    @answers(201, ShortTokenView)
    def issue_short_token(self, wanted: RoleChoice) -> Response:
        """Issue a token for one of the own roles. Every service takes it at once; nothing of it is kept."""
        made = self.sessions.token(signed_in(), wanted.role)
        return json_answer(short_token_view(made), 201, {"Cache-Control": "no-store"})

    @in_session(with_first_password=True)
    @takes(NewPassword)
    @answers(204)
    def change_password(self, given: PasswordChange) -> Response:
        """Choose another password. All other sessions end."""
        who = signed_in()
        account = _account(who.account.login)
        charge_sign_in(account)
        self.sessions.change_password(who, given.old, given.new, client_address())
        forgive_sign_in(account)
        return Response(status=204)

    @in_session()
    @answers(200, OwnSessions)
    def list_own_sessions(self) -> Response:
        """List the own sessions that are open, the newest first."""
        who = signed_in()
        return json_answer({"items": own_sessions_view(self.sessions.own(who), who.session.reference)})

    @in_session()
    @answers(204)
    def end_session(self, reference: str) -> Response:
        """End one of the own sessions, and its tokens with it."""
        self.sessions.end_own(signed_in(), reference, client_address())
        return Response(status=204)

    @open_to_all
    @answers(201, ShortTokenView)
    def issue_guest_token(self, town: str) -> Response:
        """Issue a token for reporting in a town without an account, and for following what was reported by it.

        Whoever shows the one held so far, though it has ended within two days, stays the same guest.
        """
        charge_guest()
        issued = self.guests.token(town, client_address(), shown_secret(BEARER, LONGEST_SHORT))
        return json_answer(short_token_view(issued), 201, {"Cache-Control": "no-store"})


def _account(login: str) -> str:
    """What tells accounts apart where tries are counted: whatever somebody typed as a login is kept nowhere."""
    return sha256(login_of(login).encode()).hexdigest()[:32]
