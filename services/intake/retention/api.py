"""What was erased, what is due, and erasing it now."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct

from services.intake.api.request_context import RequestContext
from services.intake.domain.refusal import refusal
from services.intake.retention.domain import Erasure
from services.intake.retention.handlers import BATCH, DueData, Eraser
from services.intake.retention.store import list_erasures
from shared.flow.editions import current_edition
from shared.rules.pack.model import DataClass
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.paging import NEXT, PageQuery, by_id
from shared.web.routes import answers, mount, takes


class ErasureView(Schema):
    """What was erased of one case."""

    id = fields.String(required=True)
    case = fields.String(required=True)
    number = fields.String(required=True)
    data = fields.String(required=True)
    pieces = fields.Integer(required=True)
    because = fields.List(fields.String(), required=True)
    keep_days = fields.Integer(required=True)
    edition = fields.String(required=True)
    ended_at = fields.DateTime(required=True)
    erased_at = fields.DateTime(required=True)


class ErasureList(Schema):
    """A page of erasures, newest first."""

    erasures = fields.List(fields.Nested(ErasureView), required=True)
    next = NEXT


class DueView(Schema):
    """A class of data, and how many cases are due."""

    data = fields.String(required=True)
    keep_days = fields.Integer(required=True)
    because = fields.List(fields.String(), required=True)
    ended_by = fields.DateTime(required=True, metadata={"description": "cases that ended by then are due"})
    cases = fields.Integer(required=True, metadata={"description": "10000 means as many or more"})


class DueList(Schema):
    """What is due, class by class; a class that is not named is kept without end."""

    due = fields.List(fields.Nested(DueView), required=True)


class ErasedNow(Schema):
    """What one batch came to."""

    cases = fields.Integer(required=True)
    more = fields.Boolean(required=True, metadata={"description": "there may be more: ask again"})


@dataclass(frozen=True, slots=True)
class RetentionRoutes:
    """The town's periods at work, for its operator."""

    context: RequestContext
    eraser: Eraser

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        erasures = "/v1/towns/<town>/erasures"
        mount(blueprint, "GET", erasures, self.erasures)
        mount(blueprint, "POST", erasures, self.erase)
        mount(blueprint, "GET", f"{erasures}/due", self.due)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(PageQuery, "query")
    @answers(200, ErasureList)
    def erasures(self, query: dict[str, str | int], town: str) -> Response:
        """List what was erased because its period was over."""
        page = self.context.page(query, "erasures", town)
        with self.context.store.read() as conn:
            rows = list_erasures(conn, town, page.after_id, page.to_read)
        shown, following = page.cut(rows, by_id)
        return json_answer({"erasures": [_listed(row) for row in shown], "next": following})

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @answers(200, DueList)
    def due(self, town: str) -> Response:
        """Show what would be erased now."""
        return json_answer({"due": [_listed_due(due) for due in self._due(town)]})

    @require(Role.OPERATOR)
    @answers(200, ErasedNow)
    def erase(self, town: str) -> Response:
        """Erase a batch of what is due now, without waiting for the service to do so by itself."""
        done = [self.eraser.erase(due.period, BATCH) for due in self._due(town) if due.cases]
        return json_answer({"cases": sum(done), "more": any(count == BATCH for count in done)})

    def _due(self, town: str) -> list[DueData]:
        with self.context.store.read() as conn:
            return self.eraser.due(conn, town, self._edition(conn, town))

    def _edition(self, conn: sa.Connection, town: str) -> str:
        store = self.context.store
        edition = current_edition(conn, store.flow.editions, town, store.now(conn))
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return edition


class _ListedErasure(Struct, frozen=True):
    id: str
    case: str
    number: str
    data: DataClass
    pieces: int
    because: tuple[str, ...]
    keep_days: int
    edition: str
    ended_at: datetime
    erased_at: datetime


def _listed(row: Erasure) -> _ListedErasure:
    same = {name: getattr(row, name) for name in _ListedErasure.__struct_fields__ if name != "case"}
    return _ListedErasure(case=row.case_id, **same)


class _ListedDue(Struct, frozen=True):
    data: DataClass
    keep_days: int
    because: tuple[str, ...]
    ended_by: datetime
    cases: int


def _listed_due(due: DueData) -> _ListedDue:
    period, retained = due.period, due.period.retained
    return _ListedDue(period.data, retained.keep.days, retained.because, period.ended_by, due.cases)
