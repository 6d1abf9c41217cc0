"""Who reported: readable for those who need it, each reading recorded; erasable, every chain left whole."""

from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.outputs import IdentityView
from services.intake.api.request_context import RequestContext, actor
from services.intake.domain.actors import needs_identity
from services.intake.handlers.identities import IdentityKeeper
from shared.web.access import caller, named_caller, refused, require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount
from shared.web.watching import trace


@dataclass(frozen=True, slots=True)
class ReporterRoutes:
    """Identities, meant by reference everywhere else."""

    context: RequestContext
    identities: IdentityKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/<case>/reporter", self.reporter)
        mount(blueprint, "DELETE", "/v1/towns/<town>/reporters/<ref>", self.erase)

    @require(Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
    @answers(200, IdentityView)
    def reporter(self, town: str, case: str) -> Response:
        """Read who reported a case: for persons of units that hold it, its finder, supervisors, operators. Recorded."""
        reader = named_caller()
        with self.context.store.begin() as work:
            (found,) = self.context.held_cases(work, town, case)
            if not needs_identity(actor(), found):
                raise refused("not-allowed", "identity")
            who = self.identities.read(work, found, reader)
            if who is None:
                raise unknown("identity", found.reporter or "-")
        # Only after the commit: whoever reads it is on record by now.
        return json_answer(who)

    @require(Role.REPORTER, Role.OPERATOR)
    @answers(204)
    def erase(self, town: str, ref: str) -> Response:
        """Erase a person's identity: an operator on request, or the person; recorded in each case."""
        if caller().role is Role.REPORTER and caller().person != ref:
            # Not 'not allowed': the answer must not tell which references exist.
            raise unknown("reporter", ref)
        with self.context.store.begin() as work:
            work.trace = trace().parent
            if not self.identities.erase(work, town, ref, caller()):
                raise unknown("reporter", ref)
        return Response(status=204)
