"""What whoever asks owes now and is late with, the meetings that come, and what was begun: one answer for a day.

Decides how far back and ahead a day looks. What is long past is looked up in the lists.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint

from services.duties.api.context import DutiesContext
from services.duties.api.occurrences import WORKERS
from services.duties.api.outputs import DayView
from services.duties.api.views import OccurrenceShown
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.people import ActingPerson
from services.duties.domain.rights import taking_part, written_by
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.listing import OccurrenceFilter, Within, list_occurrences
from services.duties.store.own import begun, owed_now
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.routes import answers, mount

BACK, AHEAD = timedelta(days=31), timedelta(days=7)
MOST = 100


class OwnShown(OccurrenceShown, frozen=True, kw_only=True):
    """An occurrence as whoever asks meets it: may they fill in what it asks for?"""

    yours: bool


@dataclass(frozen=True, slots=True)
class DayRoutes:
    """The route of a day."""

    context: DutiesContext

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns/<town>/duties/mine", self.day)

    @require(*WORKERS)
    @answers(200, DayView)
    def day(self, town: str) -> Response:
        """Read what the own posts owe now or have missed, meetings of the coming week, and what was begun."""
        with self.context.store.read() as conn:
            rules, who = self.context.in_force(conn, town), self.context.doer(conn, town)
            owed = [self._own(conn, each, who) for each in self._owed(conn, rules, who)]
            meetings = [self._own(conn, each, who) for each in self._meetings(conn, rules, who)]
            open_ = begun(conn, town, who.posts)
            unfinished = [self.context.record_shown(conn, rules.pack, each) for each in open_]
        return json_answer({"day": rules.today, "owed": owed, "meetings": meetings, "begun": unfinished})

    def _owed(self, conn: sa.Connection, rules: DatedRules, who: ActingPerson) -> list[KeptOccurrence]:
        town, others = rules.pack.town, written_by(rules.pack, who)
        found = owed_now(conn, town, who.posts, others, rules.today - BACK, MOST)
        return [each for each in found if each.post in who.posts or self.context.may_fill(conn, each, who)]

    def _meetings(self, conn: sa.Connection, rules: DatedRules, who: ActingPerson) -> list[KeptOccurrence]:
        """Those of the coming days to which somebody is called, or which the own post holds."""
        meetings = {key for key, duty in rules.pack.duties.items() if duty.meeting is not None}
        within = Within(tuple(sorted(who.posts)), tuple(meetings.intersection(taking_part(rules.pack, who))))
        narrowed = OccurrenceFilter(rules.today, rules.today + AHEAD)

        def fits(each: KeptOccurrence) -> bool:
            stands = each.state not in (KeptState.WITHDRAWN, KeptState.REPLACED)
            return stands and each.duty in meetings and self.context.may_see(conn, each, who)

        return list(
            list_occurrences(conn, rules.pack.town, replace(narrowed, within=within), fits, None, MOST).rows
        )

    def _own(self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson) -> OwnShown:
        shown = self.context.shown(conn, kept)
        fields = {name: getattr(shown, name) for name in OccurrenceShown.__struct_fields__}
        return OwnShown(**fields, yours=self.context.may_fill(conn, kept, who))
