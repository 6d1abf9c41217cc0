"""Calendar links: a unit's deadlines in the calendar of an office, by an address that is a secret of its own.

Decides whose links somebody makes, sees and revokes: a unit's staff those of its unit, supervisors and operators all of
the town's. The address reads deadlines and does nothing else; it names no person, and is told once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct

from services.sla.api.feed import CONTENT_TYPE, feed
from services.sla.domain.calendar_links import CalendarLink
from services.sla.store.calendar_links import add_link, find_link, good_links, revoke_link
from services.sla.store.listed_deadlines import DeadlineFilter, list_deadlines
from shared.db.store import Store
from shared.kernel.ids import new_id, new_secret
from shared.kernel.instants import format_instant
from shared.kernel.roles import Viewer
from shared.web.access import caller, open_to_all, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role, hash_token
from shared.web.inputs import Input, PlainText
from shared.web.routes import answers, mount, takes

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
MOST_IN_FEED = 2000


class CalendarLinkInput(Input):
    """Whose deadlines the calendar shall show; a unit's staff makes links of its own unit, whichever it names."""

    unit = PlainText(300, required=True)


class CalendarLinkView(Schema):
    """A link that is good; what it opens is not told again."""

    reference = fields.String(required=True)
    unit = fields.String(required=True)
    made_at = fields.String(required=True)
    made_by = fields.String(allow_none=True, required=True, metadata={"description": "reference of a person"})


class MadeCalendarLink(CalendarLinkView):
    """A link that was just made."""

    path = fields.String(
        required=True, metadata={"description": "told this once: whoever has it reads the unit's deadlines"}
    )


class CalendarLinkList(Schema):
    """Links that are good, the newest first; two hundred at most."""

    links = fields.List(fields.Nested(CalendarLinkView), required=True)


class LinkedUnit(Struct, frozen=True):
    """The body of a new link, loaded."""

    unit: str


class LinkShown(Struct, frozen=True, omit_defaults=True):
    """A link as it is shown."""

    reference: str
    unit: str
    made_at: str
    made_by: str | None
    path: str = ""


@dataclass(frozen=True, slots=True)
class CalendarLinkRoutes:
    """Making, listing, revoking and reading calendar links.

    Args:
        make: source of unguessable texts.
    """

    store: Store
    make: Callable[[], str] = new_secret

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        links = "/v1/towns/<town>/calendar-links"
        mount(blueprint, "POST", links, self.make_link)
        mount(blueprint, "GET", links, self.links)
        mount(blueprint, "DELETE", f"{links}/<reference>", self.revoke)
        mount(blueprint, "GET", "/v1/towns/<town>/calendars/<secret>/deadlines.ics", self.calendar)

    @require(*STAFF)
    @takes(CalendarLinkInput)
    @answers(201, MadeCalendarLink)
    def make_link(self, given: object, town: str) -> Response:
        """Make an address by which a calendar program reads a unit's open deadlines until it is revoked."""
        unit = _own_unit() or msgspec.convert(given, LinkedUnit).unit
        secret = self.make()
        with self.store.begin() as work:
            link = CalendarLink(new_id(), town, unit, language(), work.at, caller().person)
            add_link(work, link, hash_token(secret))
        path = f"/v1/towns/{quote(town)}/calendars/{secret}/deadlines.ics"
        return json_answer(_shown(link, path), 201)

    @require(*STAFF)
    @answers(200, CalendarLinkList)
    def links(self, town: str) -> Response:
        """List the calendar links that are good, the newest first."""
        with self.store.read() as conn:
            found = good_links(conn, town, _own_unit())
        return json_answer({"links": [_shown(link) for link in found]})

    @require(*STAFF)
    @answers(204)
    def revoke(self, town: str, reference: str) -> Response:
        """Revoke a calendar link: its address opens nothing from now on."""
        with self.store.begin() as work:
            if not revoke_link(work, town, _own_unit(), reference):
                raise unknown("calendar-link", reference)
        return Response(status=204)

    @open_to_all
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def calendar(self, town: str, secret: str) -> Response:
        """Give a unit's open deadlines as an iCalendar feed, to whoever has the secret; no token is asked for."""
        with self.store.read() as conn:
            link = find_link(conn, town, hash_token(secret))
            if link is None:
                raise unknown("calendar-link", "…")
            # As a unit's staff sees it that is nobody in particular: the link outlives whoever made it.
            viewer = Viewer(town, Role.UNIT_STAFF, link.unit, None)
            narrowed = DeadlineFilter(unit=link.unit, is_open=True)
            rows = list_deadlines(conn, viewer, narrowed, None, MOST_IN_FEED).rows
            now = self.store.now(conn)
        return Response(feed(rows, link.language, now), content_type=CONTENT_TYPE)


def _own_unit() -> str | None:
    """A unit's staff is held to its unit; '' is no unit's name."""
    who = caller()
    return (who.unit or "") if who.role is Role.UNIT_STAFF else None


def _shown(link: CalendarLink, path: str = "") -> LinkShown:
    return LinkShown(link.reference, link.unit, format_instant(link.made_at), link.made_by, path)
