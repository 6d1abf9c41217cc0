"""Deciding cases again under another edition: previewed, ordered, and watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec.structs import replace

from services.intake.api.request_context import RequestContext, actor, viewer
from services.intake.domain.case import Case
from services.intake.domain.other_edition import cause_to_leave
from services.intake.domain.refusal import refusal
from services.intake.redecision import store as stored
from services.intake.redecision.api.forms import (
    PreviewView,
    RedecidedList,
    RedecidedQuery,
    RedecisionInput,
    RedecisionList,
    RedecisionView,
)
from services.intake.redecision.api.views import left_view, preview_view, redecided_view, redecision_view
from services.intake.redecision.domain.redecisions import RedecidedState, Redecision, RedecisionScope
from services.intake.redecision.handlers.preview import RedecisionPreviewer
from services.intake.redecision.handlers.redecide import Redecider, RedecisionOrder
from services.intake.redecision.store import ListedRedecided
from services.intake.store.suspended import refuse_suspended
from shared.db.work import Work
from shared.flow.editions import current_edition
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import CaseState
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.paging import PageQuery, SortValues, by_id
from shared.web.routes import answers, mount, takes
from shared.web.watching import trace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RedecisionRoutes:
    """What an operator does when the rules have changed."""

    context: RequestContext
    redecider: Redecider
    previewer: RedecisionPreviewer

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        all_ = "/v1/towns/<town>/redecisions"
        mount(blueprint, "POST", all_, self.redecide)
        mount(blueprint, "GET", all_, self.redecisions)
        mount(blueprint, "GET", f"{all_}/<redecision>", self.redecision)
        mount(blueprint, "GET", f"{all_}/<redecision>/cases", self.redecided)

    @require(Role.OPERATOR)
    @takes(RedecisionInput)
    @answers(200, PreviewView)
    @answers(202, RedecisionView)
    def redecide(self, given: Json, town: str) -> Response:
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
    def redecisions(self, query: Json, town: str) -> Response:
        """List a town's re-decisions with their progress, newest first."""
        page = self.context.page(query, "redecisions", town)
        with self.context.store.read() as conn:
            found = stored.list_redecisions(conn, town, page.after_id, page.to_read)
            shown, following = page.cut(found, by_id)
            views = _views(conn, shown)
        return json_answer({"redecisions": views, "next": following})

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @answers(200, RedecisionView)
    def redecision(self, town: str, redecision: str) -> Response:
        """Show a re-decision and how far it has come."""
        with self.context.store.read() as conn:
            (view,) = _views(conn, [_found(conn, town, redecision)])
        return json_answer(view)

    @require(Role.OPERATOR, Role.SUPERVISOR)
    @takes(RedecidedQuery, "query")
    @answers(200, RedecidedList)
    def redecided(self, query: Json, town: str, redecision: str) -> Response:
        """List what became of each case of a re-decision."""
        page = self.context.page(query, "redecided", town, redecision)
        wanted = page.filters.get("state")
        state = RedecidedState(wanted) if wanted else None
        with self.context.store.read() as conn:
            key = _found(conn, town, redecision).id
            found = stored.list_redecided(conn, viewer(town), key, state, page.after_id, page.to_read)
        shown, following = page.cut(found.rows, _by_case, page.place_of(found.looked_to))
        return json_answer({"cases": [redecided_view(listed) for listed in shown], "next": following})

    def _preview(self, given: Json, town: str, scope: RedecisionScope) -> Response:
        page = self.context.page(_paged(given), "preview", town)
        with self.context.store.read() as conn:
            edition = self._edition(conn, town, given.get("edition"))
            _refuse_unknown(conn, town, scope)
            found = stored.cases_in_scope(conn, town, scope, page.after_id, page.to_read)
            shown, following = page.cut(found, by_id)
            previews = self._previews(conn, edition, shown)
        return json_answer({"edition": edition, "cases": previews, "next": following})

    def _previews(self, conn: sa.Connection, edition: str, cases: Sequence[Case]) -> list[Json]:
        store = self.context.store
        pack = self.context.pack_cache.of(conn, store.flow.editions, edition)
        causes = {case.id: cause_to_leave(pack, case) for case in cases}
        meant = [case for case in cases if causes[case.id] is None]
        # never flushed: handlers and rules read through it, and nothing of what they would write is kept
        looking = Work(conn, store.flow, store.service, store.now(conn), store.make_id)
        previews = dict(
            zip((case.id for case in meant), self.previewer.preview(looking, pack, meant), strict=True)
        )
        return [
            preview_view(case, previews[case.id]) if cause is None else left_view(case, cause)
            for case in cases
            for cause in (causes[case.id],)
        ]

    def _ordered(self, given: Json, town: str, scope: RedecisionScope) -> Response:
        with self.context.store.begin() as work:
            work.trace = trace().parent
            refuse_suspended(work.conn, town)
            edition = self._edition(work.conn, town, given.get("edition"), work.at)
            _refuse_unknown(work.conn, town, scope)
            order = RedecisionOrder(town, edition, scope, given["reason"], actor())
            key = self.redecider.order(work, order).id
        with self.context.store.read() as conn:
            (view,) = _views(conn, [_found(conn, town, key)])
        return json_answer(view, 202, {"Location": f"/v1/towns/{town}/redecisions/{key}"})

    def _edition(
        self, conn: sa.Connection, town: str, edition: str | None, at: datetime | None = None
    ) -> str:
        """Return the edition that is meant; `at`: it must be in effect then."""
        editions = self.context.store.flow.editions
        if edition is None:
            found = current_edition(conn, editions, town, at or self.context.store.now(conn))
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


def _scope(given: Json) -> RedecisionScope:
    if ("cases" in given) == ("filter" in given):
        raise refusal("which-cases", {"field": "cases"})
    if "cases" in given:
        return RedecisionScope(cases=tuple(dict.fromkeys(given["cases"])))
    narrowed = dict(given["filter"])
    state = narrowed.pop("state", None)
    return RedecisionScope(state=CaseState(state) if state else None, **narrowed)


def _paged(given: Json) -> Json:
    """The query that a preview's cursor is bound to; instants within a filter are bound as they were written."""
    rest = {name: value for name, value in given.items() if name not in ("filter", "reason", "preview")}
    return {**rest, **{f"filter.{name}": value for name, value in given.get("filter", {}).items()}}


def _refuse_unknown(conn: sa.Connection, town: str, scope: RedecisionScope) -> None:
    if scope.cases and (missing := stored.unknown_of(conn, town, scope.cases)):
        raise refusal("unknown-cases", {"field": "cases"}, given=", ".join(missing[:10]), number=len(missing))


def _found(conn: sa.Connection, town: str, key: str) -> Redecision:
    redecision = stored.find_redecision(conn, town, key)
    if redecision is None:
        raise unknown("redecision", key)
    return redecision


def _views(conn: sa.Connection, redecisions: Sequence[Redecision]) -> list[Mapping[str, Any]]:
    progress = stored.progress_of(conn, [redecision.id for redecision in redecisions])
    return [
        redecision_view(_as_seen(conn, redecision), progress[redecision.id]) for redecision in redecisions
    ]


def _as_seen(conn: sa.Connection, redecision: Redecision) -> Redecision:
    """The re-decision without the names of cases that the caller may not see."""
    named = redecision.scope.cases
    if named is None:
        return redecision
    shown = stored.shown_of(conn, viewer(redecision.town), named)
    return replace(redecision, scope=replace(redecision.scope, cases=shown))


def _by_case(listed: ListedRedecided) -> SortValues:
    return (listed.redecided.case_id,)
