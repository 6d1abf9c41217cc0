"""The year of duties: a month with its days, the whole year by month, and the same as a file for a calendar.

Decides what of a year is shown at once. Days are the service's, by the rules and days in force.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.domain.duty_sheets import YearSheet
from services.console.domain.duty_year import month_of, year_of
from services.console.handlers.client import Query, at, with_query
from services.console.handlers.name_books import TownNames

CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class YearPages:
    """The year."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/duties/year", "duties-year", self.year)
        pages.add_url_rule("/towns/<town>/duties/year.ics", "duties-feed", self.feed)

    def year(self, town: str) -> ResponseReturnValue:
        """Show a month of the year, or with `view=year` all of it."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        today = self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()
        year, month = (
            _number(asked("year"), today.year, 2000, 2100),
            _number(asked("month"), today.month, 1, 12),
        )
        unit, is_whole = _unit(), asked("view") == "year"
        wanted: Query = {"year": year, "unit": unit, "month": None if is_whole else month}
        found = client.read(at("towns", town, "duties"), YearSheet, wanted)
        duties = sorted({(day.duty, day.name) for day in found.days}, key=lambda pair: pair[1])
        days = [day for day in found.days if asked("duty") in ("", day.duty)]
        shown = {
            "year": year,
            "month": month_of(days, year, month, today),
            "months": year_of(days, year) if is_whole else None,
            "unwritten": found.unwritten,
            "duties": duties,
            "unit": unit,
            "duty": asked("duty"),
            "posts": sorted({unit, *found.posts} - {""}, key=names.unit),
        }
        return self.frame.page(
            "duties_year.html", 200, **shown, names=names, times=self.frame.times_in(names)
        )

    def feed(self, town: str) -> ResponseReturnValue:
        """Give the year as a file that calendar programs read."""
        client = reader().as_role
        names: TownNames = self.frame.names_in(client, town)
        today = self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()
        year = _number(asked("year"), today.year, 2000, 2100)
        wanted: Query = {"year": year, "unit": _unit()}
        found = client.send("GET", with_query(f"{at('towns', town)}/duties.ics", wanted))
        headers = {"Content-Disposition": f'attachment; filename="duties-{year}.ics"'}
        return Response(found.body, content_type=CALENDAR, headers=headers)


def _unit() -> str:
    """Whose year: the own unit's, unless all are asked for or another is."""
    role = reader().role
    chosen = asked("unit") or (role.unit if role else None) or ""
    return "" if chosen == "all" else chosen


def _number(text: str, otherwise: int, least: int, most: int) -> int:
    return int(text) if text.isdecimal() and least <= int(text[:5]) <= most else otherwise
