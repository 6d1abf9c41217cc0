"""What is owed again and again: the own duties, what is missing by unit and grid, one occurrence with all of it.

Decides which span a list shows, and that behind every figure stands its list. Who sees what, the service decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, day_in, typed_in
from services.console.domain.day import OPEN_STATES
from services.console.domain.duty_sheets import (
    ExcuseToSend,
    FormRows,
    FormSheet,
    OccurrenceRows,
    OccurrenceSheet,
    OccurrenceWhole,
    OwedDay,
    RollSheet,
    StandingSheet,
)
from services.console.domain.order_sheets import OrderedSheet
from services.console.domain.owed import STATES, CarriedCase, carried, own_duties, standing_table
from services.console.domain.sheets import CaseRows
from services.console.handlers.client import ApiClient, Query, at
from services.console.handlers.name_books import TownNames
from shared.kernel.ids import new_id
from shared.kernel.roles import Role

A_PAGE = 50
MOST_READ = 200  # cases of each state, the newest
LOOKED_BACK = timedelta(days=6)  # with today a week
OVERSEERS = (Role.SUPERVISOR, Role.OPERATOR)
FILTERS = ("unit", "duty", "state", "moved", "cursor")


@dataclass(frozen=True, slots=True)
class DutyPages:
    """Duties and occurrences."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base, single = "/towns/<town>/duties", "/towns/<town>/occurrences/<occurrence>"
        pages.add_url_rule(base, "duties", self.duties)
        pages.add_url_rule(f"{base}/list", "duties-list", self.list)
        pages.add_url_rule(single, "occurrence", self.occurrence)
        pages.add_url_rule(f"{single}/excuse", "occurrence-excuse", self.excuse, methods=["POST"])

    def duties(self, town: str) -> ResponseReturnValue:
        """Show what the reader owes; to whoever watches the town, what is missing where."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        if reader().may(*OVERSEERS):
            return self._standing(client, town, names)
        day = client.read(at("towns", town, "duties", "mine"), OwedDay)
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        shown = {
            "own": own_duties(day, self._zone_now(names)),
            "forms": [form for form in forms if form.yours],
        }
        return self.frame.page(
            "duties_own.html",
            200,
            **shown,
            names=names,
            times=self.frame.times_in(names),
            drafts=drafts_of(forms),
            key=new_id(),
        )

    def list(self, town: str) -> ResponseReturnValue:
        """List occurrences of some days by whatever they are narrowed to."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        first, last = self._span(names)
        wanted: Query = {
            **{name: asked(name) for name in FILTERS},
            "from": first.isoformat(),
            "to": last.isoformat(),
            "limit": A_PAGE,
        }
        found = client.read(at("towns", town, "occurrences"), OccurrenceRows, wanted)
        shown = {"rows": found, "first": first, "last": last, "states": STATES, "given": request.args}
        return self.frame.page(
            "duties_list.html", 200, **shown, names=names, times=self.frame.times_in(names)
        )

    def occurrence(self, town: str, occurrence: str) -> ResponseReturnValue:
        """Show one occurrence: how it stands, why on that day, its records; of a meeting who came."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        path = at("towns", town, "occurrences", occurrence)
        found = client.read(path, OccurrenceWhole)
        shown = {
            "found": found,
            "form": client.read(at("towns", town, "forms", found.form), FormSheet) if found.form else None,
            "order": client.read(at("towns", town, "orders", found.ordered), OrderedSheet)
            if found.ordered
            else None,
            "carried": self._carried(client, town, names, found) if found.carries else (),
            "roll": client.read(f"{path}/attendance", RollSheet) if found.held else None,
            "may_excuse": reader().may(*OVERSEERS) and found.state in ("missing", "late", "open"),
        }
        return self.frame.page("occurrence.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def _carried(
        self, client: ApiClient, town: str, names: TownNames, found: OccurrenceWhole
    ) -> Sequence[CarriedCase]:
        rows = (
            row
            for state in OPEN_STATES
            for row in client.read(
                at("towns", town, "cases"), CaseRows, {"state": state, "limit": MOST_READ}
            ).cases
        )
        return carried(rows, found, names.book)

    def excuse(self, town: str, occurrence: str) -> ResponseReturnValue:
        """Excuse what is missing, with the reason."""
        body = ExcuseToSend(typed_in("reason").strip())
        reader().as_role.post(at("towns", town, "occurrences", occurrence, "excuse"), OccurrenceSheet, body)
        flash(self.frame.say("duties.excused-now"), "said")
        return go(f"/towns/{town}/occurrences/{occurrence}")

    def _standing(self, client: ApiClient, town: str, names: TownNames) -> ResponseReturnValue:
        first, last = self._span(names)
        span = {"from": first.isoformat(), "to": last.isoformat()}
        found = client.read(at("towns", town, "occurrences", "standings"), StandingSheet, span)
        table = standing_table(found.posts, by="duty" if asked("by") == "duty" else "post")
        shown = {
            "table": table,
            "first": first,
            "last": last,
            "is_cut": found.is_cut,
            "by": asked("by") or "post",
        }
        return self.frame.page("duties.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def _span(self, names: TownNames) -> tuple[date, date]:
        """The days that the address asks for; without any, the last week with today."""
        today = self._zone_now(names).date()
        first = day_in(asked("from")) or (day_in(asked("to")) or today) - LOOKED_BACK
        return first, day_in(asked("to")) or max(today, first)

    def _zone_now(self, names: TownNames) -> datetime:
        return self.frame.now().astimezone(ZoneInfo(names.book.zone))


def drafts_of(forms: "tuple[FormSheet, ...]") -> frozenset[str]:
    """Return the forms of which a draft is made from the day."""
    return frozenset(form.key for form in forms if form.drafted)
