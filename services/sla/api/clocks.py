"""A case's clocks: every form that each had, with its certificate in the reader's words.

Decides who sees them: whoever has to do with the case; everybody else is told that there is no such case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.sla.api.outputs import ClockList
from services.sla.api.sight import seen_as
from services.sla.api.views import clock_view
from services.sla.store.listing import clocks_of, find_case
from shared.db.store import Store
from shared.kernel.instants import format_instant
from shared.web.access import caller, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Caller, Role
from shared.web.routes import answers, mount

WHOLE_TOWN = (Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
OWN_CASES = (Role.UNIT_STAFF, Role.GRID_WORKER)
_CONCERNED = ("lead", "previous_lead", "finder_unit", "first_contact")


@dataclass(frozen=True, slots=True)
class ClockRoutes:
    """Routes over one case."""

    store: Store

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/<case>/clocks", self.clocks)

    @require(*WHOLE_TOWN, *OWN_CASES)
    @answers(200, ClockList)
    def clocks(self, town: str, case: str) -> Response:
        """List the clocks of a case, by its id or number, with all versions and certificates."""
        with self.store.read() as conn:
            found = find_case(conn, town, case, seen_as(caller()))
            if found is None or not _may_see(caller(), found["situation"]):
                raise unknown("case", case)
            clocks = clocks_of(conn, found)
        accepted = found["life"]["marks"].get("accepted")
        return json_answer(
            {
                "case": found["case_id"],
                "number": found["number"],
                "as_of": format_instant(found["as_of"]),
                "first_accepted_at": accepted[0] if accepted else None,
                "clocks": [
                    clock_view({**row, "situation": found["situation"]}, versions, language())
                    for row, versions in clocks
                ],
            }
        )


def _may_see(who: Caller, situation: Mapping[str, Any]) -> bool:
    if who.role in WHOLE_TOWN:
        return True
    concerned = {situation[name] for name in _CONCERNED} | set(situation["assisting"])
    return who.unit is not None and who.unit in concerned
