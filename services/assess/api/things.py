"""The list behind a figure: what it rests on for one subject, each with what it takes to open it where it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct, convert

from services.assess.api.figures import STAFF, check_kind, read_span
from services.assess.api.inputs import KEY
from services.assess.handlers.desk import AssessDesks
from services.assess.handlers.saying import may_read
from services.assess.store.happenings import KeptThing, things_of
from shared.db.store import Store
from shared.web.access import caller, require, unknown
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import OneLine
from shared.web.paging import NEXT, PageQuery, SortValues, page_of
from shared.web.routes import answers, mount, takes


class ThingsQuery(PageQuery):
    """A page of what a figure rests on."""

    subject = OneLine(KEY, required=True)


class AskedSubject(Struct, frozen=True):
    """Such a query, loaded."""

    subject: str


class ThingView(Schema):
    """One thing that was counted."""

    ref = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(
        required=True, metadata={"description": "milestone, clock, form, duty or type of entry"}
    )
    case = fields.String(allow_none=True, required=True, metadata={"description": "the case that it is of"})
    at = fields.String(required=True)
    place = fields.String(allow_none=True, required=True)
    unit = fields.String(allow_none=True, required=True)
    category = fields.String(allow_none=True, required=True)
    result = fields.String(required=True)
    hit = fields.Boolean(
        required=True, metadata={"description": "of a share: whether it belongs to the part"}
    )


class ShownThing(Struct, frozen=True):
    """The fields as `ThingView` describes them."""

    ref: str
    kind: str
    name: str
    case: str | None
    at: datetime
    place: str | None
    unit: str | None
    category: str | None
    result: str
    hit: bool


class ThingList(Schema):
    """What a figure rests on, by its reference; a case may stand for several of its milestones."""

    things = fields.List(fields.Nested(ThingView), required=True)
    next = NEXT


@dataclass(frozen=True, slots=True)
class ThingRoutes:
    """The route of the list behind a figure."""

    store: Store
    desks: AssessDesks
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns/<town>/assessment/figures/<figure>/<span>/things", self.things)

    @require(*STAFF)
    @takes(ThingsQuery, "query")
    @answers(200, ThingList)
    def things(self, query: dict[str, Any], town: str, figure: str, span: str) -> Response:
        """List what a figure of one subject rests on; of what is kept elsewhere, who may open it is said there."""
        page, period = page_of(self.cursors, query, "things", f"{town} {figure} {span}"), read_span(span)
        subject = convert(page.filters, AskedSubject).subject
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town), period, [figure])
            known = desk.pack.figures.get(figure)
            if known is None:
                raise unknown("figure", figure)
            check_kind(figure, known.every, period)
            value = desk.book.values(figure, period).get(subject)
            if value is None or not may_read(desk, figure, subject):
                raise unknown("subject", subject)
            refs = [ref for ref in sorted(set(value.rests_on)) if ref > (page.after_id or "")]
            found = things_of(conn, town, known.of.kind, refs[: page.to_read])
        shown, following = page.cut(found, by_ref)
        return json_answer({"things": [_view(thing, value.hits) for thing in shown], "next": following})


def by_ref(thing: KeptThing) -> SortValues:
    """Return by what the list is sorted."""
    return (thing.ref,)


def _view(thing: KeptThing, hits: tuple[str, ...]) -> ShownThing:
    row = thing.row
    return ShownThing(
        ref=thing.ref,
        kind=row.kind.value,
        name=row.name,
        case=thing.case,
        at=row.at,
        place=row.place,
        unit=row.unit,
        category=row.category,
        result=row.result,
        hit=thing.ref in hits,
    )
