"""A unit's deadlines in the calendar of an office, by an address that is a secret of its own."""

from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint

from services.sla.api.feed import CONTENT_TYPE, feed
from services.sla.store.listed_deadlines import DeadlineFilter, list_deadlines
from shared.flow.calendar_links import CalendarLinkDesk, CalendarLinkInput, CalendarLinkList, MadeCalendarLink
from shared.kernel.roles import Viewer
from shared.web.access import open_to_all, require
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
MOST_IN_FEED = 2000
CALENDAR = "deadlines.ics"


@dataclass(frozen=True, slots=True)
class CalendarLinkRoutes:
    """Making, listing, revoking and reading calendar links."""

    desk: CalendarLinkDesk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        links = "/v1/towns/<town>/calendar-links"
        mount(blueprint, "POST", links, self.make_link)
        mount(blueprint, "GET", links, self.links)
        mount(blueprint, "DELETE", f"{links}/<reference>", self.revoke)
        mount(blueprint, "GET", f"/v1/towns/<town>/calendars/<secret>/{CALENDAR}", self.calendar)

    @require(*STAFF)
    @takes(CalendarLinkInput)
    @answers(201, MadeCalendarLink)
    def make_link(self, given: object, town: str) -> Response:
        """Make an address by which a calendar program reads a unit's open deadlines until it is revoked."""
        return self.desk.made(given, town)

    @require(*STAFF)
    @answers(200, CalendarLinkList)
    def links(self, town: str) -> Response:
        """List the calendar links that are good, the newest first."""
        return self.desk.listed(town)

    @require(*STAFF)
    @answers(204)
    def revoke(self, town: str, reference: str) -> Response:
        """Revoke a calendar link: its address opens nothing from now on."""
        return self.desk.revoked(town, reference)

    @open_to_all
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def calendar(self, town: str, secret: str) -> Response:
        """Give a unit's open deadlines as an iCalendar feed, to whoever has the secret; no token is asked for."""
        with self.desk.store.read() as conn:
            link = self.desk.opened(conn, town, secret)
            # As a unit's staff sees it that is nobody in particular: the link outlives whoever made it.
            viewer = Viewer(town, Role.UNIT_STAFF, link.unit, None)
            narrowed = DeadlineFilter(unit=link.unit, is_open=True)
            rows = list_deadlines(conn, viewer, narrowed, None, MOST_IN_FEED).rows
            now = self.desk.store.now(conn)
        return Response(feed(rows, link.language, now), content_type=CONTENT_TYPE)
