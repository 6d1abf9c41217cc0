"""The wall screen: a town's figures one after another, large enough to be read from across a room, by themselves.

Decides the panels and how long each stands. Nobody's name is on it, no case and no link: whoever stands before it does
nothing. It goes on by a header, without a script; where a service is away it says so and tries again.
"""

from dataclasses import dataclass

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.api.grids import TownLoad, load_of
from services.console.domain.figures import SHOWN, FigureLine, worst_first
from services.console.handlers.client import ApiRefused
from services.console.handlers.name_books import TownNames
from services.console.ports.calls import ApiUnreachable

STANDS_SECONDS = 15
LINES = 6  # of a panel: more could not be read from across a room
AWAY = (429, 500, 502, 503)


@dataclass(frozen=True, slots=True)
class WallPages:
    """The wall screen."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the route."""
        pages.add_url_rule("/towns/<town>/wall", "wall", self.show)

    def show(self, town: str) -> ResponseReturnValue:
        """Show a panel, and have the browser ask for the next."""
        client = reader().as_role
        try:
            names, found = self.frame.names_in(client, town), load_of(client, town, with_cases=False)
        except ApiUnreachable:
            return self._page(town, TownNames(), None)
        except ApiRefused as no:
            if no.status not in AWAY:
                raise
            return self._page(town, TownNames(), None)
        return self._page(town, names, found)

    def _page(self, town: str, names: TownNames, found: TownLoad | None) -> Response:
        panels = _panels(found)
        here = asked("panel") if asked("panel") in panels else panels[0]
        following = panels[(panels.index(here) + 1) % len(panels)]
        shown = {"panel": here, "panels": panels, "found": found, "names": names, "standings": SHOWN}
        lines = _lines(here, found)
        page = self.frame.page("wall.html", 200, **shown, lines=lines, times=self.frame.times_in(names))
        page.headers.set("Refresh", f"{STANDS_SECONDS}; url=/towns/{town}/wall?panel={following}")
        return page


def _panels(found: TownLoad | None) -> list[str]:
    """What has nothing to show is passed over."""
    if found is None:
        return ["away"]
    shown = {"unit": found.figures.units, "category": found.figures.categories}
    return ["all", *(name for name, lines in shown.items() if lines), *(["map"] if found.drawn else [])]


def _lines(panel: str, found: TownLoad | None) -> list[FigureLine]:
    if found is None or panel not in ("unit", "category"):
        return []
    return worst_first(found.figures.units if panel == "unit" else found.figures.categories)[:LINES]
