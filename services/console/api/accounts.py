"""Accounts of a town: who may sign in and as what; first passwords are shown once, in the answer to their giving."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.people import CORRECTED, filled, unit_choices
from services.console.domain.people_sheets import (
    AccountRows,
    AccountSheet,
    AccountToSend,
    ChangeToSend,
    RoleOfAccount,
    UnitRows,
)
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from services.console.handlers.listing import whole
from services.console.handlers.name_books import TownNames
from shared.kernel.roles import Role

A_PAGE = 60
DEEDS: Mapping[str, ChangeToSend] = {
    "reset": ChangeToSend(reset_password=True),
    "disable": ChangeToSend(disabled=True),
    "enable": ChangeToSend(disabled=False),
    "end-sessions": ChangeToSend(end_sessions=True),
}


@dataclass(frozen=True, slots=True)
class AccountsPages:
    """Accounts."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>/accounts"
        pages.add_url_rule(base, "accounts", self.list_accounts)
        pages.add_url_rule(base, "account-add", self.add, methods=["POST"])
        pages.add_url_rule(f"{base}/<login>", "town-account", self.show)
        pages.add_url_rule(f"{base}/<login>/roles", "account-roles", self.change_roles, methods=["POST"])
        pages.add_url_rule(f"{base}/<login>/change", "account-change", self.change, methods=["POST"])

    def list_accounts(self, town: str) -> ResponseReturnValue:
        """Show who may sign in, and a form for one more."""
        return self._list(town, request.args)

    def add(self, town: str) -> ResponseReturnValue:
        """Give somebody an account; its first password stands on the page that answers."""
        client = reader().as_role
        wanted = AccountToSend(typed_in("login").strip(), (_typed_role(),), filled("name"), filled("person"))
        try:
            made = client.post(at("towns", town, "accounts"), AccountSheet, wanted)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._list(town, request.form, no)
        return self._account(town, made, done="added")

    def show(self, town: str, login: str) -> ResponseReturnValue:
        """Show one account."""
        found = reader().as_role.read(at("towns", town, "accounts", login), AccountSheet)
        return self._account(town, found, done=asked("done"))

    def change_roles(self, town: str, login: str) -> ResponseReturnValue:
        """Give the account one more role in the town, or take one."""
        client, path = reader().as_role, at("towns", town, "accounts", login)
        found = client.read(path, AccountSheet)
        typed = _typed_role()
        others = [held for held in found.roles if held != typed]
        wanted = others if typed_in("deed") == "take" else [*others, typed]
        return self._changed(client, town, found, ChangeToSend(tuple(wanted)), "roles")

    def change(self, town: str, login: str) -> ResponseReturnValue:
        """Reset its password, shut or open it, or end its sessions."""
        client, deed = reader().as_role, typed_in("deed")
        found = client.read(at("towns", town, "accounts", login), AccountSheet)
        return self._changed(
            client, town, found, DEEDS.get(deed, ChangeToSend()), deed if deed in DEEDS else ""
        )

    def _changed(
        self,
        client: ApiClient,
        town: str,
        found: AccountSheet,
        change: ChangeToSend,
        done: str,
    ) -> ResponseReturnValue:
        path = at("towns", town, "accounts", found.login)
        try:
            answer = client.send("PATCH", path, msgspec.json.encode(change))
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._account(town, found, refused=no)
        changed = msgspec.json.decode(answer.body, type=AccountSheet)
        if changed.first_password:
            return self._account(town, changed, done=done)
        return go(f"/towns/{town}/accounts/{changed.login}?done={done}")

    def _list(
        self, town: str, given: Mapping[str, str], refused: ApiRefused | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        query: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        page = client.read(at("towns", town, "accounts"), AccountRows, query)
        names = self.frame.names_in(client, town)
        shown = {
            "page": page,
            "names": names,
            "given": given,
            "units": self._units(client, town, names),
            "grantable": grantable(),
        }
        problem = refused.problem if refused else None
        return self.frame.page("accounts.html", refused.status if refused else 200, **shown, problem=problem)

    def _account(
        self, town: str, found: AccountSheet, *, refused: ApiRefused | None = None, done: str = ""
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        shown = {
            "found": found,
            "names": names,
            "done": done,
            "units": self._units(client, town, names),
            "grantable": grantable(),
        }
        problem = refused.problem if refused else None
        return self.frame.page(
            "town_account.html", refused.status if refused else 200, **shown, problem=problem
        )

    def _units(self, client: ApiClient, town: str, names: TownNames) -> list[tuple[str, str]]:
        return unit_choices(whole(client, at("towns", town, "units"), UnitRows).rows, names)


def grantable() -> list[Role]:
    """Return the roles that the one in use may give: none above itself. What is allowed, the registry says."""
    held = reader().role
    rank = Role(held.role).rank if held and held.role in set(Role) else -1
    return [role for role in Role if role.rank <= rank]


def _typed_role() -> RoleOfAccount:
    return RoleOfAccount(typed_in("role"), filled("unit"))
