"""Supervision: what is late, due today or soon, or extended, by unit, level and category, with the list behind each.

Decides how far a list is followed for one page. What is counted, and for whom, sla decides.
"""

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.across import counted_towns
from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.domain.figures import NOBODY, SHOWN, FiguresSheet, worst_first
from services.console.domain.sheets import DeadlineRow, DeadlineRows
from services.console.handlers.client import ApiClient, Query, at

STANDING, UNIT, LEVEL, CATEGORY, PLACE = (
    "standing",
    "unit",
    "level",
    "category",
    "place",
)  # of a figure's address
A_PAGE = 50
LOOKS = 20  # where few fit, sla looks no further than a bound: how often it is asked on


@dataclass(frozen=True, slots=True)
class SupervisionPages:
    """Figures and their lists."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/supervision", "supervision", self.figures)
        pages.add_url_rule("/towns/<town>/supervision/list", "behind", self.behind)

    def figures(self, town: str) -> ResponseReturnValue:
        """Show the figures."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        found = client.read(at("towns", town, "deadlines", "figures"), FiguresSheet)
        lines = {
            UNIT: worst_first(found.units),
            LEVEL: worst_first(found.levels),
            CATEGORY: worst_first(found.categories),
        }
        return self.frame.page(
            "supervision.html",
            figures=found,
            lines=lines,
            names=names,
            standings=SHOWN,
            nobody=NOBODY,
            has_several=len(list(counted_towns(reader()))) > 1,
        )

    def behind(self, town: str) -> ResponseReturnValue:
        """Show the deadlines that a figure counts."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        found = deadlines_behind(client, town, narrowed_to(), asked("cursor"))
        shown = {"rows": found.deadlines, "next": found.next, "names": names}
        given = {name: request.args.get(name) for name in (STANDING, UNIT, LEVEL, CATEGORY, PLACE)}
        times = self.frame.times_in(names)
        return self.frame.page("behind.html", 200, **shown, times=times, given=given, nobody=NOBODY)


def narrowed_to() -> Query:
    """Return what the address of a figure's list asks sla for."""
    return {
        "open": True,
        "standing": asked(STANDING),
        "lead": asked(UNIT),
        "level": asked(LEVEL),
        "category": asked(CATEGORY),
        "place": asked(PLACE),
    }


def deadlines_behind(client: ApiClient, town: str, query: Query, cursor: str | None) -> DeadlineRows:
    """Return a page of deadlines; asked on where few fit, so that a page is empty only where there is nothing."""
    rows: list[DeadlineRow] = []
    for _ in range(LOOKS):
        narrowed = {**query, "limit": A_PAGE - len(rows), "cursor": cursor}
        page = client.read(at("towns", town, "deadlines"), DeadlineRows, narrowed)
        rows += page.deadlines
        cursor = page.next
        if cursor is None or len(rows) >= A_PAGE:
            break
    return DeadlineRows(tuple(rows), cursor)
