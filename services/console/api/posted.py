"""Sheets – signs, maps, contact cards – as pages that print; those that everybody may read, without signing in."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from services.console.api.dates import TimeWords
from services.console.api.following import outside
from services.console.api.frame import PageFrame, reader
from services.console.api.papers import PaperAsked, PaperDesk, format_asked, pairs_of
from services.console.api.uploads import handed_on
from services.console.domain.grid_map import WIDTH
from services.console.domain.team_sheets import PostedRows, PostOnSheet, PrintedSheet, PrintedSheets
from services.console.handlers.client import ApiClient, at
from services.console.handlers.name_books import TownNames
from shared.kernel.texts import Text
from shared.papers import PaperFormat
from shared.papers.codes import code_svg
from shared.papers.plans import DrawnArea, plan_of
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.model import Blocks, Code, Items, Picture


@dataclass(frozen=True, slots=True)
class SheetPages:
    """Sheets."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/grids/<place>/sheets/<sheet>", "sheet", self.sheet)
        pages.add_url_rule("/towns/<town>/posted", "posted", self.posted)
        pages.add_url_rule("/towns/<town>/posted/<place>", "posted-place", self.place)
        pages.add_url_rule("/towns/<town>/grids/<place>/photos/<photo>", "sheet-photo", self.sheet_photo)
        pages.add_url_rule("/towns/<town>/posted/<place>/photos/<photo>", "posted-photo", self.posted_photo)

    def sheet(self, town: str, place: str, sheet: str) -> ResponseReturnValue:
        """Show one sheet, to be printed."""
        client = reader().as_role
        found = client.read(at("towns", town, "grids", place, "sheets"), PrintedSheets).items
        if not (wanted := [each for each in found if each.sheet == sheet]):
            abort(404)
        names = self.frame.names_in(client, town)
        if format_asked() is not None:
            return self._file(client, town, wanted[0], names)
        shown = {"sheets": wanted, "names": names, "times": self.frame.times_in(names)}
        return self.frame.page(
            "sheets.html", 200, **shown, picture=_picture(town, place), place=place, formats=list(PaperFormat)
        )

    def _file(
        self, client: ApiClient, town: str, sheet: PrintedSheet, names: TownNames
    ) -> ResponseReturnValue:
        back = f"/towns/{town}/grids/{sheet.here.place}"
        writer = SheetWriter(self.frame, town, sheet, names, self.frame.times_in(names).on_paper)
        filed = f"{writer.said(sheet.title)}-{writer.said(sheet.here.said)}"
        asked = PaperAsked("sheet", back, filed, (sheet.sheet,))
        return PaperDesk(self.frame).answer(client, town, asked, lambda _: writer.facts())

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

    def sheet_photo(self, town: str, place: str, photo: str) -> ResponseReturnValue:
        """Hand on a photo that a sheet of a place shows now."""
        return handed_on(reader().as_role.send("GET", at("towns", town, "grids", place, "photos", photo)))

    def posted_photo(self, town: str, place: str, photo: str) -> ResponseReturnValue:
        """Hand on a photo that everybody may see."""
        return handed_on(reader().anyone.send("GET", at("towns", town, "posted", place, "photos", photo)))


@dataclass(frozen=True, slots=True)
class SheetWriter:
    """Says what stands on a sheet that is taken away."""

    frame: PageFrame
    town: str
    sheet: PrintedSheet
    names: TownNames
    times: TimeWords

    def facts(self) -> PaperFacts:
        """Return all that a template of sheets may fill in."""
        sheet = self.sheet
        texts = {
            "town": self.names.book.name,
            "title": self.said(sheet.title),
            "place": self.said(sheet.here.said),
            "code": sheet.here.code or "",
            "printed": self.times.at(self.times.now),
        }
        blocks: dict[str, Blocks] = {
            "people": pairs_of([(self._post(post), self._people(post)) for post in sheet.posts]),
            "facts": pairs_of([(self.said(each.name), str(each.value)) for each in sheet.facts]),
            "within": self._within(),
            "plan": self._plan(),
            "qr": (Code(_address(self.town, sheet.here.place), self.frame.say("teams.scan")),)
            if sheet.qr
            else (),
        }
        return PaperFacts(texts, blocks)

    def said(self, text: Text) -> str:
        """Return a text in the paper's language."""
        return text.in_language(self.times.language)

    def _within(self) -> Blocks:
        """The grids within, with their codes where they have any."""
        named = [(self.said(each.said), each.code or "") for each in self.sheet.within]
        if not any(code for _, code in named):
            return (Items(tuple(name for name, _ in named)),) if named else ()
        return pairs_of(named)

    def _post(self, post: PostOnSheet) -> str:
        return self.said(post.name) if post.name else self.frame.say("teams.who")

    def _people(self, post: PostOnSheet) -> str:
        named = [f"{each.name} {each.phone}".strip() for each in post.people if each.name or each.phone]
        lines = named or [self.frame.say("people.vacant" if post.vacant else "teams.not-posted")]
        return "\n".join([*lines, *(f"· {self.said(task)}" for task in post.tasks)])

    def _plan(self) -> Blocks:
        if (drawn := self.sheet.drawn) is None:
            return ()
        areas = [
            DrawnArea(grid.rings, self.said(self.sheet.name_of(grid.place)), grid.label)
            for grid in drawn.grids
        ]
        return (Picture(plan_of(areas, WIDTH, drawn.height), self.frame.say("teams.plan")),)


def _picture(town: str, place: str) -> str:
    """A picture that leads to the place's own page."""
    return code_svg(_address(town, place))


def _address(town: str, place: str) -> str:
    return outside(f"/towns/{quote(town, safe='')}/posted/{quote(place, safe='')}")
