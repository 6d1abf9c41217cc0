"""Supervision: what is late, due today or soon, or extended, by unit and by category, with the list behind each figure.

Decides how many deadlines are looked at: the first thousand that run, what is due first before the rest. Where there
are more, the page says so.
"""

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.domain.figures import SHOWN, behind, figures_of
from services.console.domain.sheets import DeadlineRow, DeadlineRows
from services.console.handlers.client import ApiClient, at

STANDING, UNIT, CATEGORY = "standing", "unit", "category"  # of a figure's address
A_PAGE = 200
PAGES = 5


@dataclass(frozen=True, slots=True)
class OpenDeadlines:
    """Deadlines that run.

    Args:
        has_more: there are more than were looked at; they are due later.
    """

    rows: tuple[DeadlineRow, ...]
    has_more: bool


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
        found = open_deadlines(client, town)
        figures = figures_of(found.rows, self.frame.now(), names.book.zone)
        return self.frame.page("supervision.html", figures=figures, found=found, names=names, standings=SHOWN)

    def behind(self, town: str) -> ResponseReturnValue:
        """Show the deadlines that a figure counts."""
        client, given = reader().as_role, request.args
        names = self.frame.names_in(client, town)
        found, zone = open_deadlines(client, town), names.book.zone
        standing, unit, category = given.get(STANDING, ""), given.get(UNIT), given.get(CATEGORY)
        rows = behind(found.rows, self.frame.now(), zone, standing, unit, category)
        times = self.frame.times_in(names)
        shown = {"rows": rows, "found": found, "names": names, "times": times}
        return self.frame.page("behind.html", 200, **shown, standing=standing, unit=unit, category=category)


def open_deadlines(client: ApiClient, town: str) -> OpenDeadlines:
    """Return the deadlines that run, what is due first before the rest."""
    rows: list[DeadlineRow] = []
    cursor: str | None = None
    for _ in range(PAGES):
        query = {"open": True, "limit": A_PAGE, "cursor": cursor}
        page = client.read(at("towns", town, "deadlines"), DeadlineRows, query)
        rows += page.deadlines
        cursor = page.next
        if cursor is None:
            break
    return OpenDeadlines(tuple(rows), cursor is not None)
