"""What a unit owes in the calendar of an office or a telephone, by an address that is a secret of its own.

Decides what such a calendar shows: what the unit owes or is called to, a month back and as far ahead as it is made.
What comes every day it leaves out, unless people meet for it: it would hide the rest.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint

from services.duties.api.context import DutiesContext
from services.duties.api.feed import CONTENT_TYPE, OwedEvent, occurrences_feed
from services.duties.api.occurrences import WORKERS
from services.duties.domain.meeting import begins_at
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.people import ActingPerson
from services.duties.domain.rights import taking_part
from services.duties.store.listing import OccurrenceFilter, Within, list_occurrences
from shared.flow.calendar_links import CalendarLinkDesk, CalendarLinkInput, CalendarLinkList, MadeCalendarLink
from shared.kernel.texts import Language
from shared.rules.pack.model import Period
from shared.web.access import open_to_all, require
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

CALENDAR = "duties.ics"
MOST_IN_FEED = 2000
BACK, AHEAD = timedelta(days=31), timedelta(days=366)
_EVERY_DAY = (Period.DAY, Period.WORKING_DAY)
_GONE = (KeptState.WITHDRAWN, KeptState.REPLACED)


@dataclass(frozen=True, slots=True)
class DutyLinkRoutes:
    """Making, listing, revoking and reading the links of calendars of duties."""

    context: DutiesContext
    desk: CalendarLinkDesk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        links = "/v1/towns/<town>/duty-calendar-links"
        mount(blueprint, "POST", links, self.make_link)
        mount(blueprint, "GET", links, self.links)
        mount(blueprint, "DELETE", f"{links}/<reference>", self.revoke)
        mount(blueprint, "GET", f"/v1/towns/<town>/calendars/<secret>/{CALENDAR}", self.calendar)

    @require(*WORKERS)
    @takes(CalendarLinkInput)
    @answers(201, MadeCalendarLink)
    def make_link(self, given: object, town: str) -> Response:
        """Make an address by which a calendar program reads what a unit owes and is called to, until it is revoked."""
        return self.desk.made(given, town)

    @require(*WORKERS)
    @answers(200, CalendarLinkList)
    def links(self, town: str) -> Response:
        """List the links of calendars of duties that are good, the newest first."""
        return self.desk.listed(town)

    @require(*WORKERS)
    @answers(204)
    def revoke(self, town: str, reference: str) -> Response:
        """Revoke a link: its address opens nothing from now on."""
        return self.desk.revoked(town, reference)

    @open_to_all
    @answers(200, {"type": "string"}, content_type="text/calendar")
    def calendar(self, town: str, secret: str) -> Response:
        """Give what a unit owes and is called to as an iCalendar feed, to whoever has the secret.

        No token is asked for. What comes every day is left out, unless people meet for it.
        """
        with self.context.store.read() as conn:
            link = self.desk.opened(conn, town, secret)
            # As somebody of the unit who is nobody in particular: the link outlives whoever made it.
            who = ActingPerson(Role.UNIT_STAFF.value, link.unit, None, frozenset({link.unit}))
            events = self._events(conn, town, who, link.language)
            now = self.context.store.now(conn)
        return Response(occurrences_feed(events, link.language, now), content_type=CONTENT_TYPE)

    def _events(
        self, conn: sa.Connection, town: str, who: ActingPerson, language: Language
    ) -> list[OwedEvent]:
        rules = self.context.in_force(conn, town)
        within = Within(tuple(sorted(who.posts)), taking_part(rules.pack, who))
        narrowed = OccurrenceFilter(rules.today - BACK, rules.today + AHEAD, within=within)

        def fits(known: KeptOccurrence) -> bool:
            return known.state not in _GONE and self.context.may_see(conn, known, who)

        found = list_occurrences(conn, town, narrowed, fits, None, MOST_IN_FEED).rows
        return [event for each in found if (event := self._event(conn, each, language)) is not None]

    def _event(self, conn: sa.Connection, known: KeptOccurrence, language: Language) -> OwedEvent | None:
        rules = self.context.rules_of(conn, known)
        duty = rules.pack.duties.get(known.duty)
        if duty is None or (duty.meeting is None and duty.every.period in _EVERY_DAY):
            return None
        begin = begins_at(known, rules.calendar) if known.minute is not None else None
        return OwedEvent(known, duty.name.in_language(language), duty.kind.value, begin)
