"""Routes of a town's accounts: who may sign in, and as what. For those who may issue tokens, within the own reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.inputs import LongPageQuery, PageAsked, TypedInput
from services.registry.api.session_views import account_view, given_view
from services.registry.domain.accounts import LONGEST_LOGIN, MOST_ROLES, AccountRole, login_of
from services.registry.domain.providers import LONGEST_SUBJECT
from services.registry.domain.refusals import refusal
from services.registry.handlers.accounts import Accounts, GivenAccount, NewAccount
from services.registry.store.accounts import AccountViews
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import PlainText, YesNo
from shared.web.paging import NEXT, page_of
from shared.web.routes import answers, mount, takes


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """What somebody is to be in the town."""

    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """An account that is wanted in the town."""

    login: str
    roles: Sequence[WantedPlace]
    name: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class WantedLink:
    """Who the account's holder is at a provider; None: nobody any more."""

    provider: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to be different of an account; None: as it is."""

    roles: Sequence[WantedPlace] | None = None
    name: str | None = None
    disabled: bool | None = None
    reset_password: bool = False
    end_sessions: bool = False
    openid: WantedLink | None = None


class RoleInput(TypedInput):
    """What somebody is to be in the town."""

    makes = WantedPlace
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    unit = PlainText(300, allow_none=True)


def _roles(**more: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(RoleInput), validate=validate.Length(1, MOST_ROLES), **more)


class NewAccountInput(TypedInput):
    """An account that is wanted; one of another town that the own token reaches gets these roles here too."""

    makes = WantedAccount
    login = PlainText(LONGEST_LOGIN, required=True)
    roles = _roles(required=True)
    name = PlainText(100, allow_none=True)
    person = PlainText(100, allow_none=True)


class LinkInput(TypedInput):
    """Who the account's holder is at a provider; without a subject: nobody any more."""

    makes = WantedLink
    provider = PlainText(30, required=True)
    subject = PlainText(LONGEST_SUBJECT, allow_none=True)


class AccountChangeInput(TypedInput):
    """What is to be different; what is left out stays."""

    makes = AccountChange
    roles = _roles()
    name = PlainText(100)
    disabled = YesNo()
    reset_password = YesNo()
    end_sessions = YesNo()
    openid = fields.Nested(LinkInput)


class RoleView(Schema):
    """What somebody is in the town."""

    role = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)


class AccountView(Schema):
    """An account as its town sees it."""

    login = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "a reference"})
    roles = fields.List(fields.Nested(RoleView), required=True)
    disabled = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    provider = fields.String(
        required=True, allow_none=True, metadata={"description": "at which its holder signs in too"}
    )


class GivenView(AccountView):
    """An account with its first password, which stands in this answer and nowhere else."""

    first_password = fields.String(
        required=True, allow_none=True, metadata={"description": "null: the account keeps its password"}
    )


class AccountPage(Schema):
    """Accounts of a town, by login."""

    items = fields.List(fields.Nested(AccountView), required=True)
    next = NEXT


@dataclass(frozen=True, slots=True)
class AccountRoutes:
    """Routes of accounts."""

    accounts: Accounts
    views: AccountViews
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/accounts", self.add_account)
        mount(blueprint, "GET", "/v1/towns/<town>/accounts", self.list_accounts)
        mount(blueprint, "GET", "/v1/towns/<town>/accounts/<login>", self.read_account)
        mount(blueprint, "PATCH", "/v1/towns/<town>/accounts/<login>", self.change_account)
        mount(blueprint, "DELETE", "/v1/towns/<town>/accounts/<login>", self.remove_account)

    @require(Role.ENGINEER)
    @takes(NewAccountInput)
    @answers(201, GivenView)
    def add_account(self, new: WantedAccount, town: str) -> Response:
        """Give somebody an account within the reach of the own token. Its first password is shown in this answer
        and never again; it is good for a week, and for choosing another.
        """
        wanted = NewAccount(new.login, _held(new.roles, town), new.name, new.person)
        return self._given(town, self.accounts.add(town, wanted, by=caller()), 201)

    @require(Role.ENGINEER)
    @takes(LongPageQuery, "query")
    @answers(200, AccountPage)
    def list_accounts(self, query: PageAsked, town: str) -> Response:
        """List who may sign in for the town, and as what."""
        page = page_of(self.cursors, query, "accounts", town)
        found = self.views.of_town(town, page.after_id, page.to_read)
        shown, following = page.cut(found, lambda account: (account.login,))
        return json_answer({"items": [account_view(account) for account in shown], "next": following})

    @require(Role.ENGINEER)
    @answers(200, AccountView)
    def read_account(self, town: str, login: str) -> Response:
        """Show one account of the town."""
        found = self.views.one_of_town(town, login_of(login))
        if found is None:
            raise refusal("unknown-account", login=login)
        return json_answer(account_view(found))

    @require(Role.ENGINEER)
    @takes(AccountChangeInput)
    @answers(200, GivenView)
    def change_account(self, change: AccountChange, town: str, login: str) -> Response:
        """Change what an account is in the town. Its name, its password, its sessions, who it is at a provider
        and whether it is open concern all its towns, and take a token that reaches them.
        """
        by, given = caller(), None
        if change.roles is not None:
            self.accounts.set_roles(town, login, _held(change.roles, town), by)
        if change.name is not None:
            self.accounts.rename(town, login, change.name, by)
        if change.disabled is not None:
            self.accounts.set_disabled(town, login, disabled=change.disabled, by=by)
        if change.openid is not None:
            self.accounts.link(town, login, change.openid.provider, change.openid.subject, by)
        if change.reset_password:
            given = self.accounts.reset(town, login, by)
        if change.end_sessions:
            self.accounts.end_sessions(town, login, by)
        return self._given(town, given or GivenAccount(login_of(login), "", None), 200)

    @require(Role.ENGINEER)
    @answers(204)
    def remove_account(self, town: str, login: str) -> Response:
        """Take an account back: it is shut, or, where it is another town's too, is nothing here any more. Its
        sessions end.
        """
        self.accounts.remove(town, login, by=caller())
        return Response(status=204)

    def _given(self, town: str, given: GivenAccount, status: int) -> Response:
        found = self.views.one_of_town(town, given.login)
        if found is None:
            raise refusal("unknown-account", login=given.login)
        return json_answer(given_view(found, given.first_password), status, {"Cache-Control": "no-store"})


def _held(roles: Sequence[WantedPlace], town: str) -> tuple[AccountRole, ...]:
    return tuple(AccountRole(each.role, town, each.unit) for each in roles)
