"""Who reported: readable for those who need it, each reading recorded; erasable, every chain left whole."""

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import Desk, actor, viewer
from services.intake.api.outputs import Identity
from services.intake.domain.actors import GRID_WORKER
from services.intake.domain.case import Case
from services.intake.domain.refusal import refusal
from services.intake.store import tables
from services.intake.store.reading import cases_reported_by, identity_of
from shared.db.work import Work
from shared.web.access import caller, refused, require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount
from shared.web.watching import trace


class ReporterRoutes:
    """Identities, meant by reference everywhere else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/<case>/reporter", self.reporter)
        mount(blueprint, "DELETE", "/v1/towns/<town>/reporters/<ref>", self.erase)

    @require(Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
    @answers(200, Identity)
    def reporter(self, town: str, case: str) -> Response:
        """Read who reported a case: for units that hold it, its finder, supervisors, operators. Recorded."""
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            if not _needs_identity(found, town):
                raise refused("not-allowed", "identity")
            row = identity_of(work.conn, town, found.reporter) if found.reporter else None
            if row is None:
                raise unknown("identity", found.reporter or "-")
            if row["sealed"] is None:
                raise refusal("identity-erased")
            self._desk.files.record(work, found, "identity-read", actor(), {"reporter": row["ref"]})
            self._desk.files.keep(work, found)
        return json_answer({"ref": row["ref"], "identity": self._desk.seal.open(row["sealed"])})

    @require(Role.REPORTER, Role.OPERATOR)
    @answers(204)
    def erase(self, town: str, ref: str) -> Response:
        """Erase a person's identity: an operator on request, or the person; recorded in each case."""
        if caller().role is Role.REPORTER and caller().person != ref:
            raise unknown("reporter", ref)
        with self._desk.store.begin() as work:
            work.trace = trace().parent
            row = identity_of(work.conn, town, ref)
            if row is None:
                raise unknown("reporter", ref)
            work.rows(tables.identities).put({**row, "sealed": None, "erased_at": work.at})
            self._note(work, town, ref)
        return Response(status=204)

    def _note(self, work: Work, town: str, ref: str) -> None:
        reported = cases_reported_by(work.conn, town, ref)
        self._desk.files.prefetch(work, reported)
        for key in reported:
            case = self._desk.files.find(work, key)
            if case is not None:
                self._desk.files.record(work, case, "identity-erased", actor(), {"reporter": ref})
                self._desk.files.keep(work, case)


def _needs_identity(case: Case, town: str) -> bool:
    who = viewer(town)
    if who.role in (Role.SUPERVISOR, Role.OPERATOR):
        return True
    if who.role == GRID_WORKER:
        return case.finder_role == GRID_WORKER and case.finder_unit == who.unit
    return any(order["unit"] == who.unit for order in case.orders)
