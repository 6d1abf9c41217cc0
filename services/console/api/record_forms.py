"""Forms made from the pack: filled in for an occurrence or by oneself, corrected by another record, sent once by a key.

Decides what is asked beside a form's own entries, and that a finding is reported with the record. Without a script a
form does the same in more steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.findings import Finding
from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, day_in, typed_in
from services.console.api.report import own_place
from services.console.api.uploads import IDEMPOTENCY_KEY, hand_in
from services.console.domain.day import cases_of
from services.console.domain.drafted_log import days_cases, drafted
from services.console.domain.duty_sheets import (
    FormRows,
    FormSheet,
    OccurrenceSheet,
    OccurrenceWhole,
    RecordRows,
    RecordSheet,
)
from services.console.domain.record_bodies import (
    PICTURE,
    SOME_ROWS,
    Given,
    filled_with,
    first,
    given_in,
    record_of,
    rows_in,
)
from services.console.domain.sheets import CaseRow, CaseRows, ReportChoices
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from services.console.handlers.name_books import TownNames
from shared.kernel.ids import new_id

SHOWN_HERE = (400, 403, 409, 413, 415, 422)
MORE, BEGIN = "more", "begin"
DAY, FROM, TO, SUBJECT, PICTURES = "day", "from", "to", "subject", "pictures"
SUBJECTS = ("household", "person", "premises", "case")
A_DAYS_RECORDS, A_DAYS_CASES = 100, 200


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A form before it is sent.

    Args:
        given: what stands in its fields.
        occurrence: for which it is made; corrects: in whose place it stands; None: it is made by itself.
    """

    form: FormSheet
    given: Given = field(default_factory=dict)
    occurrence: OccurrenceSheet | None = None
    corrects: RecordSheet | None = None

    @property
    def for_post(self) -> str:
        """The post for which it is made; '': the reader's own."""
        return self.occurrence.post if self.occurrence else self.corrects.post if self.corrects else ""


@dataclass(frozen=True, slots=True)
class RecordFormPages:
    """Filling in."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        ways = (
            ("forms/<form>", "record-form", self.alone),
            ("occurrences/<occurrence>/record", "occurrence-record", self.owed),
            ("records/<record>/correct", "record-correct", self.corrected),
        )
        for path, name, view in ways:
            pages.add_url_rule(f"/towns/<town>/{path}", name, view)
            pages.add_url_rule(f"/towns/<town>/{path}", f"{name}-now", view, methods=["POST"])

    def alone(self, town: str, form: str) -> ResponseReturnValue:
        """Ask for a record that nothing asks for, or keep it."""
        client = reader().as_role
        return self._shown_or_kept(
            client, town, RecordDraft(client.read(at("towns", town, "forms", form), FormSheet))
        )

    def owed(self, town: str, occurrence: str) -> ResponseReturnValue:
        """Ask for the record that an occurrence wants, or keep it."""
        client = reader().as_role
        found = client.read(at("towns", town, "occurrences", occurrence), OccurrenceWhole)
        if found.form is None:
            return go(f"/towns/{town}/occurrences/{occurrence}")
        form = client.read(at("towns", town, "forms", found.form), FormSheet)
        return self._shown_or_kept(client, town, RecordDraft(form, occurrence=found))

    def corrected(self, town: str, record: str) -> ResponseReturnValue:
        """Ask for a record in another's place, or keep it: to put something right, or to end what was begun."""
        client = reader().as_role
        before = client.read(at("towns", town, "records", record), RecordSheet)
        form = client.read(at("towns", town, "forms", before.form), FormSheet)
        return self._shown_or_kept(
            client, town, RecordDraft(form, filled_with(form, before), corrects=before)
        )

    def _shown_or_kept(self, client: ApiClient, town: str, draft: RecordDraft) -> ResponseReturnValue:
        names = self.frame.names_in(client, town)
        if request.method == "GET":
            return self._page(client, town, names, self._begun(client, town, names, draft))
        given = {**given_in(request.form)}
        sent = RecordDraft(draft.form, given, draft.occurrence, draft.corrects)
        if BEGIN in given and not first(given, FROM):
            given[FROM] = [self._wall_time(names)]
        try:
            self._hand_in(client, town, given)
            if MORE in given:
                return self._page(client, town, names, sent, more=True)
            return self._keep(client, town, names, sent)
        except NotTyped as wrong:
            return self._page(client, town, names, sent, fault=wrong.asked.fact)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._page(client, town, names, sent, refused=no)

    def _hand_in(self, client: ApiClient, town: str, given: dict[str, list[str]]) -> None:
        """Hand in the pictures that came with the form, each once; what was taken stays in it if one is refused."""
        named = given.setdefault(PICTURE, [])
        for file in request.files.getlist(PICTURES):
            if file.filename:
                named.append(hand_in(client, town, file, typed_in("key")))

    def _keep(self, client: ApiClient, town: str, names: TownNames, sent: RecordDraft) -> ResponseReturnValue:
        key = typed_in("key") or new_id()
        before, occurrence = sent.corrects, sent.occurrence
        body = record_of(
            sent.form,
            sent.given,
            occurrence=occurrence.id if occurrence else before.occurrence if before else None,
            corrects=before.id if before else None,
            post=before.post if before else None,
        )
        headers = {IDEMPOTENCY_KEY: key}
        kept = client.post(at("towns", town, "records"), RecordSheet, body, headers)
        flash(self.frame.say("record.kept-late" if kept.late else "record.kept"), "said")
        finding = Finding(self.frame, client, town, sent.form, names)
        kept_at = (
            "surveys" if sent.form.anonymous else f"records/{kept.id}"
        )  # nobody opens an anonymous answer
        return go(finding.reported(sent.given, key) or f"/towns/{town}/{kept_at}")

    def _begun(self, client: ApiClient, town: str, names: TownNames, draft: RecordDraft) -> RecordDraft:
        """What stands in the fields before anybody has typed anything."""
        given = {**draft.given}
        given.setdefault(
            DAY, [(day_in(asked(DAY)) or _day_of(draft.occurrence, self._today(names))).isoformat()]
        )
        if draft.corrects is not None and not draft.corrects.finished:
            given.setdefault(TO, [self._wall_time(names)])
        if asked(SUBJECT):
            given[SUBJECT] = [asked(SUBJECT)]
        entry = draft.form.drafted
        if entry is not None and asked("draft"):
            given[f"fact.{entry.key}"] = [
                self._drafted(client, town, names, date.fromisoformat(given[DAY][0]), draft.for_post)
            ]
        return RecordDraft(draft.form, given, draft.occurrence, draft.corrects)

    def _drafted(self, client: ApiClient, town: str, names: TownNames, day: date, post: str) -> str:
        unit = post or (role.unit if (role := reader().role) else None) or ""
        wanted: Query = {
            "unit": unit,
            "from": day.isoformat(),
            "to": day.isoformat(),
            "limit": A_DAYS_RECORDS,
        }
        records = client.read(at("towns", town, "records"), RecordRows, wanted).records
        standing = [record for record in records if record.corrected_by is None and record.finished]
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        cases = days_cases(self._cases(client, town, names, unit), day, names.book.zone)
        said = [(row.number, _about(row, names), self._state(row)) for row in cases]
        return drafted(standing, {form.key: form for form in forms}, said)

    def _cases(self, client: ApiClient, town: str, names: TownNames, unit: str) -> list[CaseRow]:
        rows = client.read(at("towns", town, "cases"), CaseRows, {"limit": A_DAYS_CASES}).cases
        return cases_of(rows, unit, names.book)

    def _state(self, row: CaseRow) -> str:
        key = f"states.{row.state}"
        return self.frame.say(key) if self.frame.words.knows(key) else row.state

    def _today(self, names: TownNames) -> date:
        return self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()

    def _wall_time(self, names: TownNames) -> str:
        return f"{self.frame.now().astimezone(ZoneInfo(names.book.zone)):%H:%M}"

    def _page(
        self,
        client: ApiClient,
        town: str,
        names: TownNames,
        draft: RecordDraft,
        *,
        fault: str | None = None,
        refused: ApiRefused | None = None,
        more: bool = False,
    ) -> ResponseReturnValue:
        choices = client.read(at("towns", town, "catalogue"), ReportChoices)
        shown = {
            "draft": draft,
            "form": draft.form,
            "given": draft.given,
            "rows": max(rows_in(draft.given), SOME_ROWS) + (SOME_ROWS if more else 0),
            "was_drafted": request.method == "GET"
            and draft.form.drafted is not None
            and bool(asked("draft")),
            "asks_subject": draft.form.about in SUBJECTS,
            "today": self._today(names).isoformat(),
            "here": request.path.removeprefix(f"/towns/{town}/"),
            "categories": choices.categories,
            "places": choices.places,
            "own_place": own_place(),
            "fault": fault,
            "problem": refused.problem if refused else None,
            "key": _one(draft.given, "key") or new_id(),
            "names": names,
            "times": self.frame.times_in(names),
        }
        status = refused.status if refused else 422 if fault else 200
        return self.frame.page("record_form.html", status, **shown)


def _day_of(occurrence: OccurrenceSheet | None, today: date) -> date:
    """Today; of what is over, its own day: what is entered for it now is of then, and late."""
    if occurrence is None or occurrence.on is None:
        return today
    return min(occurrence.on, today)


def _about(row: CaseRow, names: TownNames) -> str:
    place = names.place(row.place.key)
    return f"{row.title or names.category(row.category)} ({place})" if place else names.category(row.category)


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")
