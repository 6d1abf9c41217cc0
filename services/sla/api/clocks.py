"""A case's clocks: every form that each had, with its certificate in the reader's words.

Decides that who may see the case sees them; everybody else is told that there is no such case.
"""

from dataclasses import dataclass
from functools import partial

from flask import Response
from flask_smorest import Blueprint

from services.sla.api.outputs import ClockList
from services.sla.api.views import case_view
from services.sla.api.wording import CertificateReader
from services.sla.handlers.titles import RuleTitles
from services.sla.store.listing import clocks_of, find_case
from shared.db.store import Store
from shared.web.access import caller, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.routes import answers, mount

STAFF = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)


@dataclass(frozen=True, slots=True)
class ClockRoutes:
    """Routes over one case."""

    store: Store
    titles: RuleTitles

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/<case>/clocks", self.clocks)

    @require(*STAFF)
    @answers(200, ClockList)
    def clocks(self, town: str, case: str) -> Response:
        """List the clocks of a case, by its id or number, with all versions and certificates."""
        with self.store.read() as conn:
            found = find_case(conn, caller().viewing(town), case)
            # One answer for both: that there is such a case must not be learnt by asking for its clocks.
            if found is None:
                raise unknown("case", case)
            reader = CertificateReader(language(), partial(self.titles.title, conn))
            return json_answer(case_view(found, clocks_of(conn, found), reader))
