"""Sheets – signs, maps, contact cards – as pages that print; those that everybody may read, without signing in."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from services.console.api.following import outside
from services.console.api.frame import PageFrame, reader
from services.console.domain.team_sheets import PostedRows, PrintedSheets
from services.console.handlers.client import at
from shared.papers.codes import code_svg


@dataclass(frozen=True, slots=True)
class SheetPages:
    """Sheets."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/grids/<place>/sheets/<sheet>", "sheet", self.sheet)
        pages.add_url_rule("/towns/<town>/posted", "posted", self.posted)
        pages.add_url_rule("/towns/<town>/posted/<place>", "posted-place", self.place)

    def sheet(self, town: str, place: str, sheet: str) -> ResponseReturnValue:
        """Show one sheet, to be printed."""
        client = reader().as_role
        found = client.read(at("towns", town, "grids", place, "sheets"), PrintedSheets).items
        if not (wanted := [each for each in found if each.sheet == sheet]):
            abort(404)
        names = self.frame.names_in(client, town)
        shown = {"sheets": wanted, "names": names, "times": self.frame.times_in(names)}
        return self.frame.page("sheets.html", 200, **shown, picture=_picture(town, place), place=place)

    def posted(self, town: str) -> ResponseReturnValue:
        """Show of which grids everybody may read who works there."""
        client = reader().anyone
        names = self.frame.names_in(client, town)
        found = client.read(at("towns", town, "posted"), PostedRows).items
        return self.frame.page("posted.html", 200, rows=found, names=names)

    def place(self, town: str, place: str) -> ResponseReturnValue:
        """Show the public sheets of a place; nobody needs to be known for that."""
        client = reader().anyone
        names = self.frame.names_in(client, town)
        found = client.read(at("towns", town, "posted", place), PrintedSheets).items
        shown = {"sheets": found, "names": names, "times": self.frame.times_in(names)}
        return self.frame.page("sheets.html", 200, **shown, picture=_picture(town, place), place=None)


def _picture(town: str, place: str) -> str:
    """A picture that leads to the place's own page."""
    return code_svg(outside(f"/towns/{quote(town, safe='')}/posted/{quote(place, safe='')}"))
