"""My day: what a grid worker has to do, by the time that remains, with the next step one touch away.

Decides how much of it is read. The page and those of its cases may be kept by the phone, to be read without a network.
"""

from dataclasses import dataclass
from itertools import chain
from zoneinfo import ZoneInfo

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from services.console.api.duties import drafts_of
from services.console.api.frame import DESK_ROLES, PageFrame, reader
from services.console.api.residents import asking
from services.console.domain.day import OPEN_STATES, DayCase, day_of, next_steps, own_cases
from services.console.domain.duty_sheets import FormRows, FormSheet, OwedDay
from services.console.domain.owed import OwnDuties, own_duties
from services.console.domain.sheets import CaseRow, CaseRows, ReportChoices, StepOffers
from services.console.handlers.client import ApiClient, at
from services.console.handlers.name_books import TownNames
from services.console.handlers.readers import SignInNeeded
from services.console.ports.calls import ApiUnreachable
from shared.kernel.ids import new_id

MOST_READ = 200  # of each state, the newest
MOST_SHOWN = 40  # whose steps are asked for: more is no day's work


@dataclass(frozen=True, slots=True)
class DayPages:
    """The day."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/day", "day", self.show)

    def show(self, town: str) -> ResponseReturnValue:
        """Show the day of whoever is signed in."""
        who = reader()
        if who.role is None:
            raise SignInNeeded
        client = asking(self.frame, town)
        names = self.frame.names_in(client, town)
        unit = who.role.unit or ""
        rows = own_cases(self._open(client, town), unit)
        cases = [self._with_steps(client, town, row) for row in rows[:MOST_SHOWN]]
        choices = client.read(at("towns", town, "catalogue"), ReportChoices)
        own, forms = self._duties(client, town, names) if who.may(*DESK_ROLES) else (OwnDuties(), ())
        shown = {
            "day": day_of([*cases, *(DayCase(row) for row in rows[MOST_SHOWN:])], unit),
            "names": names,
            "times": self.frame.times_in(names),
            "categories": choices.categories,
            "own": own,
            "forms": [form for form in forms if form.yours],
            "drafts": drafts_of(forms),
            "key": new_id(),
        }
        return self.frame.page("day.html", 200, **shown)

    def _duties(
        self, client: ApiClient, town: str, names: TownNames
    ) -> tuple[OwnDuties, tuple[FormSheet, ...]]:
        """What is owed beside cases. Cases are shown also while the service of duties is away."""
        try:
            mine = client.read(at("towns", town, "duties", "mine"), OwedDay)
            forms = client.read(at("towns", town, "forms"), FormRows).forms
        except ApiUnreachable:
            flash(self.frame.say("duties.away"), "warning")
            return OwnDuties(), ()
        return own_duties(mine, self.frame.now().astimezone(ZoneInfo(names.book.zone))), forms

    def _open(self, client: ApiClient, town: str) -> list[CaseRow]:
        path = at("towns", town, "cases")
        pages = (
            client.read(path, CaseRows, {"state": state, "limit": MOST_READ}).cases for state in OPEN_STATES
        )
        return list(chain.from_iterable(pages))

    def _with_steps(self, client: ApiClient, town: str, row: CaseRow) -> DayCase:
        found = client.read(at("towns", town, "cases", row.id, "steps"), StepOffers)
        return DayCase(row, next_steps(found.steps))
