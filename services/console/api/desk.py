"""The desk: what my unit has by the time that remains, and all cases by whatever they are narrowed to.

Decides the order and the filters, which are links. Whose cases are shown, the services decide.
"""

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.api.residents import asking
from services.console.domain.sheets import CaseRows, DeadlineRows
from services.console.handlers.client import Query, at
from services.console.handlers.readers import SignInNeeded
from shared.kernel.roles import Role

STATES = (
    "reported",
    "assigned",
    "accepted",
    "settled",
    "verified",
    "reopened",
    "closed",
    "draft",
    "rejected",
)
CLOCK_STATES = ("running", "warned", "extended", "breached", "paused", "withheld")
FILTERS = ("state", "category", "unit", "assignee", "number", "overdue", "flagged", "accepted", "cursor")
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class DeskPages:
    """Lists of cases."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/desk", "desk", self.desk)
        pages.add_url_rule("/towns/<town>/cases", "cases", self.cases)

    def desk(self, town: str) -> ResponseReturnValue:
        """Show what is due, what is due first before the rest; to grid workers, who have no clocks, their cases."""
        who = reader()
        if who.role is None:
            raise SignInNeeded
        if who.may(Role.GRID_WORKER):
            return self.cases(town)
        client = who.as_role
        names = self.frame.names_in(client, town)
        wanted: Query = {
            "open": True,
            "state": asked("state"),
            "stage": asked("stage"),
            "cursor": asked("cursor"),
            "limit": A_PAGE,
        }
        rows = client.read(at("towns", town, "deadlines"), DeadlineRows, wanted)
        times = self.frame.times_in(names)
        return self.frame.page(
            "desk.html", rows=rows, names=names, times=times, states=CLOCK_STATES, given=request.args
        )

    def cases(self, town: str) -> ResponseReturnValue:
        """Show cases, the newest first."""
        who = reader()
        if who.role is None:
            raise SignInNeeded
        client = asking(self.frame, town)
        names = self.frame.names_in(client, town)
        wanted = {name: request.args.get(name) for name in FILTERS}
        rows = client.read(at("towns", town, "cases"), CaseRows, {**wanted, "limit": A_PAGE})
        shown = {"rows": rows, "names": names, "times": self.frame.times_in(names), "states": STATES}
        return self.frame.page("cases.html", 200, **shown, given=request.args)
