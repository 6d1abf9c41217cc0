"""Calendar links over HTTP: made, listed, revoked and opened alike by every service that has a calendar to show.

Decides whose links somebody makes, sees and revokes: a unit's people those of its unit, supervisors and operators all
of the town's. An address reads a calendar and does nothing else; it names no person, and is told once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from flask import Response
from marshmallow import Schema, fields
from msgspec import Struct

from shared.db.calendar_links import CalendarLink, CalendarLinks
from shared.db.store import Store
from shared.kernel.ids import new_id, new_secret
from shared.kernel.instants import format_instant
from shared.web.access import caller, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role, hash_token
from shared.web.inputs import Input, PlainText

_OF_UNITS = (Role.GRID_WORKER, Role.UNIT_STAFF)


class CalendarLinkInput(Input):
    """Whose calendar it shall be; a unit's people make links of their own unit, whichever they name."""

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
        required=True, metadata={"description": "told this once: whoever has it reads the unit's calendar"}
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
class CalendarLinkDesk:
    """Answers for a service's links.

    Args:
        calendar: the last part of an address, such as 'deadlines.ics'.
        make: source of unguessable texts.
    """

    store: Store
    links: CalendarLinks
    calendar: str
    make: Callable[[], str] = new_secret

    def made(self, given: object, town: str) -> Response:
        """Make a link; tell its address this once."""
        unit = _own_unit() or msgspec.convert(given, LinkedUnit).unit
        secret = self.make()
        with self.store.begin() as work:
            link = CalendarLink(new_id(), town, unit, language(), work.at, caller().person)
            self.links.add(work, link, hash_token(secret))
        path = f"/v1/towns/{quote(town)}/calendars/{secret}/{self.calendar}"
        return json_answer(_shown(link, path), 201)

    def listed(self, town: str) -> Response:
        """List those that are good, the newest first."""
        with self.store.read() as conn:
            found = self.links.good(conn, town, _own_unit())
        return json_answer({"links": [_shown(link) for link in found]})

    def revoked(self, town: str, reference: str) -> Response:
        """Revoke one: its address opens nothing from now on."""
        with self.store.begin() as work:
            if not self.links.revoke(work, town, _own_unit(), reference):
                raise unknown("calendar-link", reference)
        return Response(status=204)

    def opened(self, conn: sa.Connection, town: str, secret: str) -> CalendarLink:
        """Return the link that a secret opens.

        Raises:
            Problem: `not-found`, alike for one that was revoked and one that never was.
        """
        link = self.links.opened(conn, town, hash_token(secret))
        if link is None:
            raise unknown("calendar-link", "…")
        return link


def _own_unit() -> str | None:
    """A unit's people are held to its unit; '' is no unit's name."""
    who = caller()
    return (who.unit or "") if who.role in _OF_UNITS else None


def _shown(link: CalendarLink, path: str = "") -> LinkShown:
    return LinkShown(link.reference, link.unit, format_instant(link.made_at), link.made_by, path)
