"""Plans of meetings and training: what is planned, by whom, by when, and how it was held."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct

from services.duties.api.context import DutiesContext
from services.duties.api.occurrences import WORKERS
from services.duties.domain.plan import LONGEST
from services.duties.handlers.planning import PlanGiven, PlannedOccurrence, Planner
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.inputs import DayField, Input, PlainText, QueryNumber
from shared.web.routes import answers, mount, takes

_MOST_ITEMS, MOST = 20, 1000
_JANUARY, _DECEMBER = (1, 1), (12, 31)


class PlanInput(Input):
    """What is planned of an occurrence: an item for each that its duty asks for, in that order."""

    duty = PlainText(100, required=True)
    label = DayField(required=True, metadata={"description": "the day by which the occurrence is called"})
    post = PlainText(300)
    items = fields.List(PlainText(LONGEST), required=True, validate=validate.Length(max=_MOST_ITEMS))


class PlansQuery(Input):
    """Of which year, and of whom."""

    year = QueryNumber(validate=validate.Range(2000, 2100), required=True)
    unit = PlainText(300, metadata={"description": "who has to hold it"})


class PlanView(Schema):
    """An occurrence that is to be planned, with what is planned and how it was held."""

    duty = fields.String(required=True)
    name = fields.String(required=True)
    post = fields.String(required=True)
    label = fields.String(required=True)
    on = fields.String(allow_none=True)
    by = fields.String(allow_none=True, metadata={"description": "the last day on which a plan is in time"})
    state = fields.String(required=True, metadata={"description": "made, late, open or missing"})
    needs = fields.List(fields.String(), required=True, metadata={"description": "what a plan of it holds"})
    items = fields.List(fields.String(), required=True)
    made_at = fields.String(allow_none=True)
    person = fields.String(allow_none=True, metadata={"description": "a reference"})
    occurrence = fields.String(allow_none=True, metadata={"description": "null: it is not made yet"})
    held = fields.String(allow_none=True, metadata={"description": "how the occurrence stands"})
    yours = fields.Boolean(required=True, metadata={"description": "the caller may plan it"})


class PlanList(Schema):
    """The plans of a year, by the days of their occurrences."""

    plans = fields.List(fields.Nested(PlanView), required=True)
    is_cut = fields.Boolean(required=True, metadata={"description": "there is more than is shown"})


class PlanShown(Struct, frozen=True, kw_only=True):
    """`PlanView`'s values."""

    duty: str
    name: str
    post: str
    label: date
    on: date | None
    by: date | None
    state: str
    needs: tuple[str, ...]
    items: tuple[str, ...]
    made_at: datetime | None
    person: str | None
    occurrence: str | None
    held: str | None
    yours: bool


class PlansAsked(Struct, frozen=True):
    """The query, loaded."""

    year: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PlanRoutes:
    """Plans."""

    context: DutiesContext
    planner: Planner

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/plans", self.plans)
        mount(blueprint, "POST", "/v1/towns/<town>/plans", self.plan)

    @require(*WORKERS)
    @takes(PlansQuery, "query")
    @answers(200, PlanList)
    def plans(self, query: object, town: str) -> Response:
        """List what of a year is to be planned, what was planned of it, and how it was held."""
        asked = msgspec.convert(query, PlansAsked)
        with self.context.store.read() as conn:
            shown = self._of_year(conn, town, asked)
        return json_answer({"plans": shown[:MOST], "is_cut": len(shown) > MOST})

    @require(*WORKERS)
    @takes(PlanInput)
    @answers(201, PlanView)
    def plan(self, given: object, town: str) -> Response:
        """Plan an occurrence, or plan it anew: what was planned before is kept, and the latest word holds."""
        wanted = msgspec.convert(given, PlanGiven)
        with self.context.store.begin() as work:
            rules, who = self.context.in_force(work.conn, town), self.context.doer(work.conn, town)
            made = self.planner.make(work, rules, wanted, who)
            work.flush()
            of_day = self.planner.of_span(work.conn, rules, who, made.label, made.label)
            found = next(each for each in of_day if (each.duty.key, each.post) == (made.duty, made.post))
            shown = self._shown(work.conn, found)
        return json_answer(shown, 201)

    def _of_year(self, conn: sa.Connection, town: str, asked: PlansAsked) -> list[PlanShown]:
        rules, who = self.context.in_force(conn, town), self.context.doer(conn, town)
        first, last = date(asked.year, *_JANUARY), date(asked.year, *_DECEMBER)
        found = self.planner.of_span(conn, rules, who, first, last)
        shown = (self._shown(conn, each) for each in found if asked.unit in (None, each.post))
        return sorted(shown, key=lambda each: (each.on or each.label, each.duty, each.post))

    def _shown(self, conn: sa.Connection, planned: PlannedOccurrence) -> PlanShown:
        duty, plan, kept, said = planned.duty, planned.plan, planned.kept, language()
        needs = duty.meeting.plan_needs if duty.meeting else ()
        return PlanShown(
            duty=duty.key,
            name=duty.name.in_language(said),
            post=planned.post,
            label=planned.found.label,
            on=planned.found.on,
            by=planned.due,
            state=planned.state.value,
            needs=tuple(each.in_language(said) for each in needs),
            items=plan.items if plan else (),
            made_at=plan.made_at if plan else None,
            person=plan.person if plan else None,
            occurrence=kept.id if kept else None,
            held=self.context.shown(conn, kept).state if kept else None,
            yours=planned.yours,
        )
