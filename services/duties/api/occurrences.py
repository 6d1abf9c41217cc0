"""What is owed, given and missing: lists, one occurrence with its records, figures by post; excusing.

Decides whose are shown: those of the own posts and meetings; who watches the town sees all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.context import DutiesContext
from services.duties.api.inputs import ExcuseInput, OccurrencesQuery, SpanQuery
from services.duties.api.outputs import OccurrenceList, OccurrenceView, StandingsView, WholeOccurrence
from services.duties.api.views import (
    DayShown,
    OccurrenceShown,
    RecordShown,
    counts_view,
    day_view,
)
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.people import ActingPerson
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_see, taking_part
from services.duties.handlers.excusing import OccurrenceExcuser
from services.duties.store.listing import OccurrenceFilter, Within, held_before, list_occurrences
from shared.rules.duties import occurrences
from shared.rules.pack.model import Pack
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.paging import page_of
from shared.web.routes import answers, mount, takes
from shared.web.watching import trace

WORKERS = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
MOST_DAYS = 400
MOST_COUNTED = 5000
MOST_BEFORE = 12
_PATH = "/v1/towns/<town>/occurrences"


class WholeShown(OccurrenceShown, frozen=True, kw_only=True):
    """One occurrence, why it is on its day, and its records."""

    rule: str
    because: tuple[str, ...]
    edition: str
    also: tuple[date, ...]
    otherwise: DayShown | None
    yours: bool
    carries: bool
    held_before: tuple[date, ...]
    ordered: str | None
    records: tuple[RecordShown, ...]


class ReasonGiven(Struct, frozen=True):
    """Why an occurrence is excused."""

    reason: str


class SpanAsked(Struct, frozen=True):
    """What a list is narrowed to, as the query has it."""

    first: date | None = None
    last: date | None = None
    unit: str | None = None
    duty: str | None = None
    state: str | None = None
    moved: bool = False
    limit: int = 0
    cursor: str | None = None

    def narrowed(self, today: date) -> OccurrenceFilter:
        """Return the same as the store takes it; one day where one alone is said, and today where none is.

        Raises:
            Problem: `bad-span`.
        """
        first, last = self.first or self.last or today, self.last or self.first or today
        if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
            raise refusal("bad-span", {"field": "to"}, most=MOST_DAYS)
        return OccurrenceFilter(first, last, self.unit, self.duty, self.moved)


@dataclass(frozen=True, slots=True)
class OccurrenceRoutes:
    """Routes over occurrences."""

    context: DutiesContext
    cursors: Cursors
    excuser: OccurrenceExcuser

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", _PATH, self.occurrences)
        mount(blueprint, "GET", f"{_PATH}/standings", self.standings)
        mount(blueprint, "GET", f"{_PATH}/<occurrence>", self.occurrence)
        mount(blueprint, "POST", f"{_PATH}/<occurrence>/excuse", self.excuse)

    @require(*WORKERS)
    @takes(OccurrencesQuery, "query")
    @answers(200, OccurrenceList)
    def occurrences(self, query: object, town: str) -> Response:
        """List what is owed, given and missing on some days, as it stands now."""
        asked = msgspec.convert(query, SpanAsked)
        page = page_of(self.cursors, to_builtins(asked), "occurrences", town)
        with self.context.store.read() as conn:
            who, rules = self.context.doer(conn, town), self.context.in_force(conn, town)
            narrowed = replace(asked.narrowed(rules.today), within=_within(rules.pack, who))
            fits = self._fits(conn, who, asked.state)
            found = list_occurrences(conn, town, narrowed, fits, _place(page.after), page.to_read)
            shown, following = page.cut(found.rows, lambda row: (str(row.on), row.id), found.looked_to)
            views = [self.context.shown(conn, row) for row in shown]
        return json_answer({"occurrences": views, "next": following})

    @require(Role.SUPERVISOR, Role.OPERATOR)
    @takes(SpanQuery, "query")
    @answers(200, StandingsView)
    def standings(self, query: object, town: str) -> Response:
        """Count occurrences of some days by post, duty and how they stand: what is missing, and where."""
        asked = msgspec.convert(query, SpanAsked)
        with self.context.store.read() as conn:
            narrowed = asked.narrowed(self.context.in_force(conn, town).today)
            found = list_occurrences(conn, town, narrowed, _stands, None, MOST_COUNTED + 1)
            shown = [self.context.shown(conn, row) for row in found.rows[:MOST_COUNTED]]
        is_cut = len(found.rows) > MOST_COUNTED or found.looked_to is not None
        return json_answer({"posts": counts_view(shown), "is_cut": is_cut})

    @require(*WORKERS)
    @answers(200, WholeOccurrence)
    def occurrence(self, town: str, occurrence: str) -> Response:
        """Read one occurrence: its records, and why it is on that day."""
        with self.context.store.read() as conn:
            kept = self.context.find(conn, town, occurrence)
            whole = self._whole(conn, kept, self.context.doer(conn, town))
        return json_answer(whole)

    @require(Role.SUPERVISOR, Role.OPERATOR)
    @takes(ExcuseInput)
    @answers(200, OccurrenceView)
    def excuse(self, given: object, town: str, occurrence: str) -> Response:
        """Excuse an occurrence with a reason; what was missed stays on record beside it."""
        with self.context.store.begin() as work:
            work.trace = trace().parent
            held = self.context.held(work, town, occurrence)
            excused = self.excuser.excuse(
                work, held, msgspec.convert(given, ReasonGiven).reason, caller().person
            )
            view = self.context.shown(work.conn, excused)
        return json_answer(view)

    def _fits(
        self, conn: sa.Connection, who: ActingPerson, state: str | None
    ) -> Callable[[KeptOccurrence], bool]:
        def fits(kept: KeptOccurrence) -> bool:
            is_wanted = _stands(kept) and self.context.may_see(conn, kept, who)
            return is_wanted and (state is None or self.context.shown(conn, kept).state == state)

        return fits

    def _whole(self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson) -> WholeShown:
        rules = self.context.rules_of(conn, kept)
        duty = rules.pack.duties[kept.duty]
        shown = self.context.shown(conn, kept)
        return WholeShown(
            **{name: getattr(shown, name) for name in OccurrenceShown.__struct_fields__},
            rule=duty.origin.rule,
            because=duty.origin.because,
            edition=kept.edition,
            also=kept.also,
            otherwise=self._otherwise(conn, kept),
            yours=self.context.may_fill(conn, kept, who),
            carries=duty.meeting is not None and duty.meeting.carries_open_cases,
            ordered=kept.ordered,
            held_before=held_before(conn, kept, MOST_BEFORE) if duty.meeting else (),
            records=self._records(conn, kept, who),
        )

    def _records(
        self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson
    ) -> tuple[RecordShown, ...]:
        pack, records = self.context.rules_of(conn, kept).pack, self.context.judge.records
        owes = pack.duties[kept.duty].owes
        found = records.counting_for(conn, kept, [owes.record] if owes else None)
        return tuple(
            self.context.record_shown(conn, pack, record)
            for record in found
            if may_see(pack, pack.records.get(record.form), record, who)
        )

    def _otherwise(self, conn: sa.Connection, kept: KeptOccurrence) -> DayShown | None:
        """What was begun stays as it was; what would be otherwise is shown beside it."""
        rules = self.context.in_force(conn, kept.town)
        duty = rules.pack.duties.get(kept.duty)
        if duty is None:
            return None
        now = occurrences(rules.pack, rules.calendar, duty, kept.label, kept.label)
        other = next((each for each in now if (each.on, each.due_at) != (kept.on, kept.due_at)), None)
        return day_view(other, duty, language()) if other else None


def _within(pack: Pack, who: ActingPerson) -> Within | None:
    """Who watches the town is shown all of it; whoever else reads along the own posts and meetings alone."""
    return None if who.oversees else Within(tuple(sorted(who.posts)), taking_part(pack, who))


def _stands(kept: KeptOccurrence) -> bool:
    return kept.state is not KeptState.WITHDRAWN


def _place(after: Any) -> tuple[str, str] | None:
    return None if after is None else (str(after[0]), str(after[1]))
