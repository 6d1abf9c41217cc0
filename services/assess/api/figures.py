"""Routes over what is counted: figures with the lists behind them, standings, points, proposals."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from msgspec import convert

from services.assess.api.inputs import DeedInput, GivenWords, PointsInput
from services.assess.api.outputs import DeclaredList, MeasureProposals, NoteView, StandingList, ValueList
from services.assess.api.views import declared_views, proposal_view, standing_view, value_view
from services.assess.domain.deeds import Deed
from services.assess.domain.refusals import refusal
from services.assess.handlers.desk import AssessDesk, AssessDesks, reader_of
from services.assess.handlers.saying import Sayings, find_proposed, may_read
from services.assess.store.notes import course_of, refuse_suspended
from shared.db.store import Store
from shared.rules.assess import PointsGiven, proposed, standings
from shared.rules.worktime.spans import CalendarSpan, SpanKind, parse_span
from shared.web.access import caller, named_caller, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

STAFF = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class FigureRoutes:
    """Routes over figures and measures of a town; residents and engineers get nothing here."""

    store: Store
    desks: AssessDesks
    sayings: Sayings

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>/assessment"
        mount(blueprint, "GET", f"{base}/declared", self.declared)
        mount(blueprint, "GET", f"{base}/figures/<figure>/<span>", self.values)
        mount(blueprint, "GET", f"{base}/measures/<measure>/<span>", self.standings)
        mount(blueprint, "POST", f"{base}/measures/<measure>/<span>/points", self.give)
        mount(blueprint, "GET", f"{base}/measures/<measure>/<span>/proposals", self.proposals)
        mount(blueprint, "POST", f"{base}/measures/<measure>/<span>/proposals/<proposal>/deeds", self.act)

    @require(*STAFF)
    @answers(200, DeclaredList)
    def declared(self, town: str) -> Response:
        """List what the town counts, assesses and reports, by the rules in force."""
        with self.store.read() as conn:
            pack = self.desks.pack(conn, town)
        reader = reader_of(pack, caller().viewing(town))
        return json_answer({"declared": declared_views(pack, reader, language())})

    @require(*STAFF)
    @answers(200, ValueList)
    def values(self, town: str, figure: str, span: str) -> Response:
        """Show a figure of a period, with what each value rests on: of all whom the caller may read."""
        period = read_span(span)
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town), period, [figure])
        known = desk.pack.figures.get(figure)
        if known is None:
            raise unknown("figure", figure)
        check_kind(figure, known.every, period)
        values = desk.book.values(figure, period).values()
        shown = [value_view(value) for value in values if may_read(desk, figure, value.subject)]
        return json_answer({"figure": figure, "span": span, "edition": desk.pack.edition, "values": shown})

    @require(*STAFF)
    @answers(200, StandingList)
    def standings(self, town: str, measure: str, span: str) -> Response:
        """Show points and ranks of a period: of all whom the caller may read."""
        period, desk = self._desk(town, measure, span)
        found = standings(desk.book, measure, period, desk.given).values()
        shown = [standing_view(each) for each in found if may_read(desk, measure, each.subject)]
        return json_answer(
            {"measure": measure, "span": span, "edition": desk.pack.edition, "standings": shown}
        )

    @require(*STAFF)
    @takes(PointsInput)
    @answers(201, NoteView)
    def give(self, given: dict[str, Any], town: str, measure: str, span: str) -> Response:
        """Give points for an item, with the reason; more than it can bring is refused."""
        said, period, who = convert(given, GivenWords), read_span(span), named_caller()
        with self.store.begin() as work:
            refuse_suspended(work.conn, town)
            desk = self.desks.of(work.conn, who.viewing(town), period, [measure])
            self._check(desk, measure, period)
            points = PointsGiven(measure, said.subject, period, said.item, Decimal(said.points))
            key = self.sayings.give(work, desk, desk.pack.measures[measure], points, said.words)
        return json_answer({"id": key}, 201)

    @require(*STAFF)
    @answers(200, MeasureProposals)
    def proposals(self, town: str, measure: str, span: str) -> Response:
        """List what is proposed of a measure in a period, with its course; the software does none of it."""
        period, desk = self._desk(town, measure, span)
        with self.store.read() as conn:
            course = course_of(conn, town, measure, span)
        shown = [
            proposal_view(desk, each, course.get((each.proposal, each.subject), ()), language())
            for each in proposed(desk.book, measure, period, desk.given)
            if may_read(desk, measure, each.subject) or frozenset(each.decided_by) & desk.reader.who
        ]
        return json_answer({"proposals": shown})

    @require(*STAFF)
    @takes(DeedInput)
    @answers(201, NoteView)
    def act(self, given: dict[str, Any], town: str, measure: str, span: str, proposal: str) -> Response:
        """Put on record that the person concerned was heard, that it is accepted or declined, or was done elsewhere."""
        said, period, who = convert(given, GivenWords), read_span(span), named_caller()
        with self.store.begin() as work:
            refuse_suspended(work.conn, town)
            desk = self.desks.of(work.conn, who.viewing(town), period, [measure])
            self._check(desk, measure, period)
            found = find_proposed(desk, measure, period, proposal, said.subject)
            if found is None:
                raise unknown("proposal", proposal)
            key = self.sayings.act(work, desk, found, Deed(said.does), said.yuan, said.words)
        return json_answer({"id": key}, 201)

    def _desk(self, town: str, measure: str, span: str) -> tuple[CalendarSpan, AssessDesk]:
        period = read_span(span)
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town), period, [measure])
        self._check(desk, measure, period)
        return period, desk

    @staticmethod
    def _check(desk: AssessDesk, measure: str, period: CalendarSpan) -> None:
        known = desk.pack.measures.get(measure)
        if known is None:
            raise unknown("measure", measure)
        check_kind(measure, known.every, period)


def read_span(text: str) -> CalendarSpan:
    """Return the period that a path names.

    Raises:
        Problem: `span-unknown`.
    """
    span = parse_span(text)
    if span is None:
        raise refusal("span-unknown", span=text)
    return span


def check_kind(name: str, every: SpanKind, span: CalendarSpan) -> None:
    """Refuse a period of another kind than a figure, measure or document has.

    Raises:
        Problem: `span-of-another-kind`.
    """
    if every is not span.kind:
        raise refusal("span-of-another-kind", name=name, span=span.name, every=every.value)
