"""Records that were made: the list, one record with what it says, what is sealed of it.

Decides that a reader opens what is sealed by a button of its own: each reading is on record at the service.
"""

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.findings import words_of
from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.api.uploads import handed_on
from services.console.domain.duty_sheets import FormRows, FormSheet, RecordRows, RecordSheet, SealedSheet
from services.console.domain.record_bodies import filled_with
from services.console.handlers.client import ApiClient, ApiRefused, Query, at

A_PAGE = 50
FILTERS = ("form", "unit", "subject", "from", "to", "cursor")
GONE = 404


@dataclass(frozen=True, slots=True)
class RecordPages:
    """Records."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/records", "records", self.list)
        pages.add_url_rule("/towns/<town>/records/<record>", "record", self.record)
        pages.add_url_rule(
            "/towns/<town>/records/<record>/sealed", "record-open", self.open, methods=["POST"]
        )
        pages.add_url_rule(
            "/towns/<town>/records/<record>/pictures/<picture>", "record-picture", self.picture
        )

    def list(self, town: str) -> ResponseReturnValue:
        """Show records, the newest first, and the forms that the reader may fill in."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        wanted: Query = {**{name: asked(name) for name in FILTERS}, "limit": A_PAGE}
        rows = client.read(at("towns", town, "records"), RecordRows, wanted)
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        shown = {"rows": rows, "forms": forms, "given": request.args}
        return self.frame.page("records.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def record(self, town: str, record: str) -> ResponseReturnValue:
        """Show one record."""
        return self._page(reader().as_role, town, record, SealedSheet())

    def open(self, town: str, record: str) -> ResponseReturnValue:
        """Show one record with what is sealed of it."""
        client = reader().as_role
        return self._page(
            client, town, record, client.read(at("towns", town, "records", record, "sealed"), SealedSheet)
        )

    def picture(self, town: str, record: str, picture: str) -> ResponseReturnValue:
        """Hand a picture on as the service gives it."""
        path = at("towns", town, "records", record, "pictures", picture)
        return handed_on(reader().as_role.send("GET", path))

    def _page(self, client: ApiClient, town: str, record: str, sealed: SealedSheet) -> ResponseReturnValue:
        found = client.read(at("towns", town, "records", record), RecordSheet)
        names, form = self.frame.names_in(client, town), form_of(client, town, found.form)
        shown = {
            "found": found,
            "form": form,
            "sealed": sealed.facts,
            "words": words_of(form, filled_with(form, found)),
            "may_correct": form.yours and found.corrected_by is None,
        }
        return self.frame.page("record.html", 200, **shown, names=names, times=self.frame.times_in(names))


def form_of(client: ApiClient, town: str, key: str) -> FormSheet:
    """Return a form; of one that the rules do not have any more, nothing but its key."""
    try:
        return client.read(at("towns", town, "forms", key), FormSheet)
    except ApiRefused as no:
        if no.status != GONE:
            raise
        return FormSheet(key, key, "")
