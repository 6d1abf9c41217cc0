"""Spot checks: drawing a sample, what the lot fell on with a form for each, how far it is, and its seed.

Decides from which cases is drawn: all that were reported on some days, are closed, and that the reader may see.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, day_in, typed_in
from services.console.domain.duty_sheets import FormRows, OccurrenceSheet, OwedDay
from services.console.domain.sheets import CaseRows
from services.console.domain.survey_sheets import CASE, SampleRows, SampleSheet, SampleToSend
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from shared.kernel.instants import format_instant

A_PAGE, MOST_AT_ONCE = 50, 200
MOST_CASES = 20_000
SHOWN_HERE = (400, 403, 409, 422)
VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class SamplePages:
    """Samples."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/samples", "samples", self.list)
        pages.add_url_rule("/towns/<town>/samples", "sample-draw", self.draw, methods=["POST"])
        pages.add_url_rule("/towns/<town>/samples/<sample>", "sample", self.sample)

    def list(self, town: str) -> ResponseReturnValue:
        """Show the samples that the reader verifies or watches, and ask for a new one."""
        return self._list(reader().as_role, town)

    def draw(self, town: str) -> ResponseReturnValue:
        """Draw a sample, and show it."""
        client = reader().as_role
        share = typed_in("share")
        zone = self.frame.names_in(client, town).book.zone
        cases = tuple(_closed(client, town, zone)) if typed_in("of") == CASE else ()
        body = SampleToSend(
            occurrence=typed_in("occurrence") or None,
            form=typed_in("form") or None,
            share=int(share) if share.isdecimal() and len(share) < 4 else None,
            first=typed_in("from") or None,
            last=typed_in("to") or None,
            cases=cases,
        )
        try:
            made = client.post(at("towns", town, "samples"), SampleSheet, body)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._list(client, town, no)
        return go(f"/towns/{town}/samples/{made.id}")

    def sample(self, town: str, sample: str) -> ResponseReturnValue:
        """Show one sample."""
        client = reader().as_role
        found = client.read(at("towns", town, "samples", sample), SampleSheet)
        names = self.frame.names_in(client, town)
        return self.frame.page("sample.html", 200, found=found, names=names, times=self.frame.times_in(names))

    def _list(self, client: ApiClient, town: str, refused: ApiRefused | None = None) -> ResponseReturnValue:
        names = self.frame.names_in(client, town)
        wanted: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        shown = {
            "rows": client.read(at("towns", town, "samples"), SampleRows, wanted),
            "forms": [form for form in forms if form.about == CASE and form.yours],
            "occurrences": _to_verify(client, town),
            "given": {**request.args.to_dict(), **request.form.to_dict()},
            "problem": refused.problem if refused else None,
        }
        status = refused.status if refused else 200
        return self.frame.page("samples.html", status, **shown, names=names, times=self.frame.times_in(names))


def _to_verify(client: ApiClient, town: str) -> list[OccurrenceSheet]:
    """What the reader owes of this kind, and the one that the address names."""
    owed = client.read(at("towns", town, "duties", "mine"), OwedDay).owed
    found = [each for each in owed if each.kind == VERIFICATION]
    named = typed_in("occurrence") or asked("occurrence")
    if named and named not in [each.id for each in found]:
        found.insert(0, client.read(at("towns", town, "occurrences", named), OccurrenceSheet))
    return found


def _closed(client: ApiClient, town: str, zone: str) -> Iterator[str]:
    """The ids of the cases; of more than a sample takes so many that it says so."""
    first, last = day_in(typed_in("from")), day_in(typed_in("to"))
    cursor, number = "", 0
    while first is not None and last is not None and number <= MOST_CASES:
        wanted: Query = {
            "state": "closed",
            "from": _midnight(first, zone),
            "to": _midnight(last + timedelta(days=1), zone),
            "cursor": cursor,
            "limit": MOST_AT_ONCE,
        }
        page = client.read(at("towns", town, "cases"), CaseRows, wanted)
        yield from (row.id for row in page.cases)
        number += len(page.cases)
        cursor = page.next or ""
        if not cursor:
            return


def _midnight(day: date, zone: str) -> str:
    return format_instant(datetime.combine(day, time.min, ZoneInfo(zone)))
