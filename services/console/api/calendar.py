"""A unit's deadlines, or its duties, in a calendar: a link for it, shown once; revoking those that there are."""

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import typed_in
from services.console.api.people import unit_choices
from services.console.domain.link_sheets import CalendarLinkRows, CalendarLinkSheet, LinkToMake
from services.console.domain.people_sheets import UnitRows
from services.console.handlers.client import ApiClient, at
from services.console.handlers.listing import whole
from services.console.handlers.name_books import TownNames
from shared.kernel.roles import Role


class CalendarKind(StrEnum):
    """What a calendar shows; the value is the resource of its links."""

    DEADLINES = "calendar-links"
    DUTIES = "duty-calendar-links"


@dataclass(frozen=True, slots=True)
class CalendarPages:
    """Calendar links of one kind."""

    frame: PageFrame
    kind: CalendarKind = CalendarKind.DEADLINES

    @property
    def path(self) -> str:
        """The page's path below its town's."""
        return "calendar" if self.kind is CalendarKind.DEADLINES else "duties/calendar"

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        links, name = f"/towns/<town>/{self.path}", self.path.replace("/", "-")
        pages.add_url_rule(links, name, self.show)
        pages.add_url_rule(links, f"{name}-make", self.make, methods=["POST"])
        pages.add_url_rule(f"{links}/revoke", f"{name}-revoke", self.revoke, methods=["POST"])

    def show(self, town: str) -> ResponseReturnValue:
        """Show the links that are good, and how to make one."""
        return self._page(town)

    def make(self, town: str) -> ResponseReturnValue:
        """Make a link and show it, this once."""
        own = who.role.unit if (who := reader()).role else None
        body = LinkToMake(typed_in("unit") or own or "")
        made = reader().as_role.post(at("towns", town, self.kind.value), CalendarLinkSheet, body)
        return self._page(town, request.host_url.rstrip("/") + made.path)

    def revoke(self, town: str) -> ResponseReturnValue:
        """Revoke a link."""
        reader().as_role.send("DELETE", at("towns", town, self.kind.value, typed_in("reference")))
        return go(f"/towns/{town}/{self.path}")

    def _page(self, town: str, made: str = "") -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        found = client.read(at("towns", town, self.kind.value), CalendarLinkRows)
        shown = {
            "links": found.links,
            "made": made,
            "units": self._units(client, town, names),
            "path": self.path,
            "of_duties": self.kind is CalendarKind.DUTIES,
        }
        return self.frame.page("calendar.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def _units(self, client: ApiClient, town: str, names: TownNames) -> list[tuple[str, str]]:
        """What somebody without a unit chooses from; a unit's people have their own."""
        if reader().may(Role.UNIT_STAFF, Role.GRID_WORKER):
            return []
        return unit_choices(whole(client, at("towns", town, "units"), UnitRows).rows, names)
