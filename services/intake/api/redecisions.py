"""Deciding cases again under another edition: previewed, ordered, and watched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import Desk, actor
from services.intake.api.inputs import PageQuery
from services.intake.api.paging import page_of
from services.intake.api.redecision_forms import (
    Preview,
    RedecidedList,
    RedecidedQuery,
    RedecisionInput,
    RedecisionList,
    RedecisionView,
)
from services.intake.domain.case import Case
from services.intake.domain.foresight import Standing, foresee, pauses_of
from services.intake.domain.redecision import Scope, cause_to_leave
from services.intake.domain.refusal import refusal
from services.intake.handlers.redecide import Order
from services.intake.store import redecisions as stored
from services.intake.store.reading import case_of, open_clocks_of, steps_taken
from shared.flow.editions import current_edition, days_of
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes
from shared.web.watching import trace

Row = dict[str, Any]


class RedecisionRoutes:
    """What an operator does when the rules have changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        all_ = "/v1/towns/<town>/redecisions"
        mount(blueprint, "POST", all_, self.redecide)
        mount(blueprint, "GET", all_, self.redecisions)
        mount(blueprint, "GET", f"{all_}/<redecision>", self.redecision)
        mount(blueprint, "GET", f"{all_}/<redecision>/cases", self.redecided)

    @require(Role.OPERATOR)
    @takes(RedecisionInput)
    @answers(200, Preview)
    @answers(202, RedecisionView)
    def redecide(self, given: dict[str, Any], town: str) -> Response:
        """Preview what another edition makes of cases (200), or have them decided again by it (202).

        Ordered, it is done in batches, goes on after a restart, and never changes what fired already.
        """
        scope = _scope(given)
        if given["preview"]:
            return self._preview(given, town, scope)
        if "reason" not in given:
            raise refusal("reason-missing", {"field": "reason"})
        return self._ordered(given, town, scope)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(PageQuery, "query")
    @answers(200, RedecisionList)
    def redecisions(self, query: dict[str, Any], town: str) -> Response:
        """List a town's re-decisions with their progress, newest first."""
        page = page_of(self._desk.cursors, query, ["redecisions", town])
        with self._desk.store.read() as conn:
            rows = stored.list_redecisions(conn, town, page.after, page.limit + 1)
            views = _views(conn, page.shown(rows))
        return json_answer({"redecisions": views, "next": page.next_cursor(rows)})

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @answers(200, RedecisionView)
    def redecision(self, town: str, redecision: str) -> Response:
        """Show a re-decision and how far it has come."""
        with self._desk.store.read() as conn:
            (view,) = _views(conn, [_found(conn, town, redecision)])
        return json_answer(view)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(RedecidedQuery, "query")
    @answers(200, RedecidedList)
    def redecided(self, query: dict[str, Any], town: str, redecision: str) -> Response:
        """List what became of each case of a re-decision."""
        page = page_of(self._desk.cursors, query, ["redecided", town, redecision])
        with self._desk.store.read() as conn:
            key = _found(conn, town, redecision)["id"]
            rows = stored.list_redecided(conn, key, page.filters.get("state"), page.after, page.limit + 1)
        shown = [_redecided(row) for row in page.shown(rows)]
        following = page.next_cursor([{**row, "id": row["case_id"]} for row in rows])
        return json_answer({"cases": shown, "next": following})

    def _preview(self, given: dict[str, Any], town: str, scope: Scope) -> Response:
        page = page_of(self._desk.cursors, _paged(given), ["preview", town])
        with self._desk.store.read() as conn:
            edition = self._edition(conn, town, given.get("edition"))
            _refuse_unknown(conn, town, scope)
            rows = stored.cases_in_scope(conn, town, scope, page.after, page.limit + 1)
            pack = self._pack(conn, edition)
            shown = [self._foreseen(conn, pack, case_of(row)) for row in page.shown(rows)]
        return json_answer({"edition": edition, "cases": shown, "next": page.next_cursor(rows)})

    def _foreseen(self, conn: sa.Connection, pack: Pack, case: Case) -> Row:
        left = cause_to_leave(pack, case)
        head = {"case": case.id, "number": case.number, "edition": case.edition, "left": left}
        if left is not None:
            return {**head, "decision": None, "deadlines": []}
        own = self._pack(conn, case.edition)
        standing = Standing(
            open_clocks_of(conn, case.id),
            pauses_of(own, steps_taken(conn, case.id)),
            days_of(conn, self._desk.store.flow.calendars, case.town),
        )
        return {**head, **foresee(self._desk.books.of(pack), case, standing, self._desk.store.now(conn))}

    def _ordered(self, given: dict[str, Any], town: str, scope: Scope) -> Response:
        with self._desk.store.begin() as work:
            work.trace = trace().parent
            edition = self._edition(work.conn, town, given.get("edition"), work.at)
            _refuse_unknown(work.conn, town, scope)
            order = Order(town, edition, scope, given["reason"], actor())
            key = self._desk.redecider.order(work, order)["id"]
        with self._desk.store.read() as conn:
            (view,) = _views(conn, [_found(conn, town, key)])
        return json_answer(view, 202, {"Location": f"/v1/towns/{town}/redecisions/{key}"})

    def _edition(
        self, conn: sa.Connection, town: str, edition: str | None, at: datetime | None = None
    ) -> str:
        """Return the edition that is meant; `at`: it must be in effect then."""
        editions = self._desk.store.flow.editions
        if edition is None:
            found = current_edition(conn, editions, town, at or self._desk.store.now(conn))
            if found is None:
                raise refusal("no-edition", {"town": town}, town=town)
            return found
        of_town = sa.and_(editions.c.edition == edition, editions.c.town == town)
        effective_at = conn.scalar(sa.select(editions.c.effective_at).where(of_town))
        if effective_at is None:
            raise refusal("unknown-edition", {"field": "edition"}, edition=edition)
        if at is not None and effective_at > at:
            raise refusal("edition-not-yet", {"field": "edition"}, at=format_instant(effective_at))
        return edition

    def _pack(self, conn: sa.Connection, edition: str) -> Pack:
        return self._desk.shelf.of(conn, self._desk.store.flow.editions, edition)


def _scope(given: dict[str, Any]) -> Scope:
    if ("cases" in given) == ("filter" in given):
        raise refusal("which-cases", {"field": "cases"})
    if "cases" in given:
        return Scope(cases=tuple(dict.fromkeys(given["cases"])))
    return Scope(**given["filter"])


def _paged(given: dict[str, Any]) -> dict[str, Any]:
    """The query that a preview's cursor is bound to; instants within a filter are bound as they were written."""
    rest = {name: value for name, value in given.items() if name not in ("filter", "reason", "preview")}
    return {**rest, **{f"filter.{name}": value for name, value in given.get("filter", {}).items()}}


def _refuse_unknown(conn: sa.Connection, town: str, scope: Scope) -> None:
    if scope.cases and (missing := stored.unknown_of(conn, town, scope.cases)):
        raise refusal("unknown-cases", {"field": "cases"}, given=", ".join(missing[:10]), number=len(missing))


def _found(conn: sa.Connection, town: str, key: str) -> Row:
    row = stored.find_redecision(conn, town, key)
    if row is None:
        raise unknown("redecision", key)
    return row


def _views(conn: sa.Connection, rows: Sequence[Row]) -> list[Row]:
    progress = stored.progress_of(conn, [row["id"] for row in rows])
    return [_view(row, progress[row["id"]]) for row in rows]


def _view(row: Row, progress: dict[str, int]) -> Row:
    kept = ("id", "edition", "cause", "state", "reason", "by", "scope")
    return {
        **{name: row[name] for name in kept},
        "total": sum(progress.values()),
        "progress": {state: progress.get(state, 0) for state in ("waiting", "asked", "decided", "left")},
        **{name: _text(row[name]) for name in ("starts_at", "made_at", "ended_at")},
    }


def _redecided(row: Row) -> Row:
    kept = ("number", "state", "cause", "was", "now")
    return {"case": row["case_id"], **{name: row[name] for name in kept}, "at": _text(row["at"])}


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None
