"""Forms of the handbook on paper: empty, for whoever fills them in by hand, or with what a record says.

Decides that what is sealed of a record stands on no paper: who may read it opens it at the service, which notes that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.dates import TimeWords
from services.console.api.frame import PageFrame, reader
from services.console.api.papers import PaperAsked, PaperDesk, pairs_of, table_of
from services.console.api.records import form_of
from services.console.domain.duty_sheets import Entry, FormEntry, FormSheet, RecordSheet
from services.console.handlers.client import at
from services.console.handlers.name_books import TownNames
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.model import Blocks

EMPTY_ROWS = 8


@dataclass(frozen=True, slots=True)
class FormPaperPages:
    """Forms and records."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/forms/<form>/paper", "form-paper", self.empty)
        pages.add_url_rule("/towns/<town>/records/<record>/paper", "record-paper", self.record)

    def empty(self, town: str, form: str) -> ResponseReturnValue:
        """Show a form as it is filled in by hand."""
        found = reader().as_role.read(at("towns", town, "forms", form), FormSheet)
        return self._answer(town, found, None, f"/towns/{town}/records")

    def record(self, town: str, record: str) -> ResponseReturnValue:
        """Show a record as a form that is laid on file."""
        found = reader().as_role.read(at("towns", town, "records", record), RecordSheet)
        form = form_of(reader().as_role, town, found.form)
        return self._answer(town, form, found, f"/towns/{town}/records/{record}")

    def _answer(
        self, town: str, form: FormSheet, found: RecordSheet | None, back: str
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        writer = FormWriter(self.frame, form, found, names, self.frame.times_in(names).on_paper)
        asked = PaperAsked("form", back, f"{form.name}-{found.day if found else ''}".strip("-"), (form.key,))
        return PaperDesk(self.frame).answer(client, town, asked, lambda _: writer.facts())


@dataclass(frozen=True, slots=True)
class FormWriter:
    """Says what stands on a form."""

    frame: PageFrame
    form: FormSheet
    found: RecordSheet | None
    names: TownNames
    times: TimeWords

    def facts(self) -> PaperFacts:
        """Return all that a template of forms may fill in."""
        found, said = self.found, self.found.facts if self.found else {}
        spans = "–".join(each for each in (found.begins, found.ends) if each) if found else ""
        texts = {
            "town": self.names.book.name,
            "title": self.form.name,
            "day": self.times.day(found.day) if found else "",
            "time": spans,
            "post": self.names.unit(found.post) if found else "",
            "subject": found.subject if found and found.about not in ("grid", "unit", "occasion") else "",
            "entered": f"{self.times.at(found.at)} {found.person or ''}".strip() if found else "",
            "because": "、".join(self.form.because),
            "printed": self.times.at(self.times.now),
        }
        asked = [(entry, self._said(entry, said)) for entry in self.form.facts]
        blocks = {"facts": pairs_of([(entry.name, text) for entry, text in asked]), "rows": self._rows()}
        return PaperFacts(texts, blocks, {"fact": {entry.key: text for entry, text in asked}})

    def _rows(self) -> Blocks:
        if not self.form.rows:
            return ()
        lines: Sequence[Mapping[str, Entry]] = self.found.rows if self.found else [{}] * EMPTY_ROWS
        rows = [[self._said(entry, line) for entry in self.form.rows] for line in lines]
        return table_of([entry.name for entry in self.form.rows], rows)

    def _said(self, entry: FormEntry, said: Mapping[str, Entry]) -> str:
        value = said.get(entry.key)
        if entry.sealed and self.found:
            return self.frame.say("record.sealed")
        if isinstance(value, bool):
            return self.frame.say("case.yes" if value else "case.no")
        return "" if value is None else entry.said(value)
