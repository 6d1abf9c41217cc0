"""The first page: the desk of whoever is signed in; for everybody else a town to choose, and the way to sign in."""

from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.frame import DESK_ROLES, WATCH_ROLES, PageFrame, go, own_town, reader, within
from services.console.api.given import typed_in
from services.console.domain.sheets import TownList
from services.console.handlers.readers import PasswordNeeded
from shared.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class HomePages:
    """Where everybody arrives."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/", "home", self.home)
        pages.add_url_rule("/language", "language", self.choose_language, methods=["POST"])
        pages.add_url_rule("/towns/<town>", "town", self.town)

    def home(self) -> ResponseReturnValue:
        """Send whoever is signed in to the own desk; show everybody else the towns."""
        who = reader()
        if who.session is not None and who.session.must_change_password:
            raise PasswordNeeded
        town = own_town(who)
        if town is not None and "all" not in request.args:
            return go(f"/towns/{town}/{_desk_of(who.role.role if who.role else '')}")
        towns = who.anyone.read("/v1/towns", TownList).towns
        return self.frame.page("home.html", towns=towns)

    def town(self, town: str) -> ResponseReturnValue:
        """Show what anybody can do in a town."""
        who = reader()
        if own_town(who) == town:
            return go(f"/towns/{town}/{_desk_of(who.role.role if who.role else '')}")
        towns = who.anyone.read("/v1/towns", TownList).towns
        found = next((each for each in towns if each.town == town), None)
        if found is None:
            abort(404)
        return self.frame.page("town.html", found=found)

    def choose_language(self) -> ResponseReturnValue:
        """Have the pages speak the other language, and go back to where the reader was."""
        if typed_in("language") in ("zh", "en"):
            kept.choose_language("en" if typed_in("language") == "en" else "zh")
        return go(within(typed_in("back", "/")))


def _desk_of(role: str) -> str:
    """Where the day of somebody with a role begins."""
    if role in (Role.SUPERVISOR, *WATCH_ROLES):
        return "supervision"
    if role == Role.GRID_WORKER:
        return "day"
    return "desk" if role in DESK_ROLES else "report"
