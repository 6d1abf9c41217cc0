"""The map: each grid with its load and what is late there, cases as points, who answers where.

Decides how many cases are shown as points: the newest that are not over. The map is SVG of the server's, without a tile
of anybody's; where a town has drawn no outlines, the table beside it says the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.domain.figures import FigureLine, FiguresSheet, Standing
from services.console.domain.grid_map import DrawnMap, map_of
from services.console.domain.grid_sheets import GridCollection
from services.console.domain.sheets import CaseRow, CaseRows
from services.console.handlers.client import ApiClient, at
from shared.kernel.roles import Role

OPEN_STATES = ("reported", "assigned", "accepted", "reopened")
A_PAGE = 100  # points of each state
CASE_READERS = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class TownLoad:
    """What stands where.

    Args:
        by_place: figures of each place that has any.
        drawn: None: the town has drawn no grids.
    """

    grids: GridCollection
    figures: FiguresSheet
    by_place: dict[str, FigureLine]
    drawn: DrawnMap | None

    def late(self, place: str) -> int:
        """How many limits are late there."""
        line = self.by_place.get(place)
        return line.counts.get(Standing.BREACHED, 0) if line else 0

    def load(self, place: str) -> int:
        """How many limits run there."""
        line = self.by_place.get(place)
        return line.total if line else 0

    def band(self, place: str) -> str:
        """How the grid is drawn: by what is late before what runs."""
        return "late" if self.late(place) else "busy" if self.load(place) else "calm"


@dataclass(frozen=True, slots=True)
class MapPages:
    """The map."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the route."""
        pages.add_url_rule("/towns/<town>/map", "map", self.show)

    def show(self, town: str) -> ResponseReturnValue:
        """Show the map, and the same as a table."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        found = load_of(client, town, with_cases=True)
        return self.frame.page("map.html", 200, found=found, names=names, times=self.frame.times_in(names))


def load_of(client: ApiClient, town: str, *, with_cases: bool) -> TownLoad:
    """Return what stands where.

    Args:
        with_cases: also cases as points, as far as the reader may see any.
    """
    figures = client.read(at("towns", town, "deadlines", "figures"), FiguresSheet)
    grids = client.read(at("towns", town, "grids"), GridCollection)
    shows_cases = with_cases and reader().may(*CASE_READERS)
    rows = list(_cases(client, town)) if shows_cases else []
    by_place = {line.key: line for line in figures.places if line.key is not None}
    return TownLoad(grids, figures, by_place, map_of(grids.features, rows))


def _cases(client: ApiClient, town: str) -> Iterator[CaseRow]:
    for state in OPEN_STATES:
        yield from client.read(at("towns", town, "cases"), CaseRows, {"state": state, "limit": A_PAGE}).cases
