"""Forms and records: filling in, reading, correcting; what is sealed is read apart, and each reading put on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.claiming import KEY_HEADER, claimed
from services.duties.api.context import DutiesContext
from services.duties.api.inputs import RecordInput, RecordsQuery
from services.duties.api.occurrences import WORKERS
from services.duties.api.outputs import FormList, FormView, RecordList, RecordView, SealedView
from services.duties.api.views import form_view
from services.duties.domain.people import ActingPerson
from services.duties.domain.record import KeptRecord
from services.duties.domain.rights import may_open, may_see
from services.duties.handlers.keeping import RecordGiven, RecordKeeper
from services.duties.store.listing import RecordFilter, list_records
from shared.obs.audit import audited
from shared.rules.pack.model import Pack
from shared.web.access import named_caller, refused, require, unknown
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.paging import by_id, page_of
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

_PATH = "/v1/towns/<town>/records"
_PICTURES = "pictures"


class RecordsAsked(Struct, frozen=True):
    """What a list of records is narrowed to, as the query has it."""

    form: str | None = None
    unit: str | None = None
    subject: str | None = None
    occurrence: str | None = None
    first: date | None = None
    last: date | None = None
    limit: int = 0
    cursor: str | None = None

    @property
    def narrowed(self) -> RecordFilter:
        """The same as the store takes it."""
        return RecordFilter(self.form, self.unit, self.subject, self.occurrence, self.first, self.last)


@dataclass(frozen=True, slots=True)
class RecordRoutes:
    """Routes over forms and records."""

    context: DutiesContext
    cursors: Cursors
    keeper: RecordKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/forms", self.forms)
        mount(blueprint, "GET", "/v1/towns/<town>/forms/<form>", self.form)
        mount(blueprint, "POST", _PATH, self.keep)
        mount(blueprint, "GET", _PATH, self.records)
        mount(blueprint, "GET", f"{_PATH}/<record>", self.record)
        mount(blueprint, "GET", f"{_PATH}/<record>/sealed", self.sealed)

    @require(*WORKERS)
    @answers(200, FormList)
    def forms(self, town: str) -> Response:
        """List the town's forms as they are filled in, and which of them are the caller's."""
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
        return json_answer(
            {"forms": [form_view(pack, form, who, language()) for form in pack.records.values()]}
        )

    @require(*WORKERS)
    @answers(200, FormView)
    def form(self, town: str, form: str) -> Response:
        """Read one form."""
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
        known = pack.records.get(form)
        if known is None:
            raise unknown("form", form)
        return json_answer(form_view(pack, known, who, language()))

    @describe(parameters=[KEY_HEADER])
    @require(*WORKERS)
    @takes(RecordInput)
    @answers(201, RecordView)
    def keep(self, given: object, town: str) -> Response:
        """Keep a record, or with `corrects` one in the place of another. Sent again under its key, it is the same."""
        filled_in = msgspec.convert(given, RecordGiven)
        with self.context.store.begin() as work:
            work.trace = trace().parent
            rules, who = self.context.in_force(work.conn, town), self.context.doer(work.conn, town)
            kept = self.keeper.keep(work, rules, filled_in, who, claimed(town, _asked(filled_in)))
            shown = self.context.record_shown(work.conn, rules.pack, kept)
        return json_answer(shown, 201)

    @require(*WORKERS)
    @takes(RecordsQuery, "query")
    @answers(200, RecordList)
    def records(self, query: object, town: str) -> Response:
        """List records that the caller may see, the newest first."""
        asked = msgspec.convert(query, RecordsAsked)
        page = page_of(self.cursors, to_builtins(asked), "records", town)
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
            found = list_records(conn, town, asked.narrowed, _fits(pack, who), page.after_id, page.to_read)
            shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
            views = [self.context.record_shown(conn, pack, record) for record in shown]
        return json_answer({"records": views, "next": following})

    @require(*WORKERS)
    @answers(200, RecordView)
    def record(self, town: str, record: str) -> Response:
        """Read one record; what is sealed of it is asked for apart."""
        with self.context.store.read() as conn:
            pack = self.context.in_force(conn, town).pack
            shown = self.context.record_shown(conn, pack, self._find(conn, pack, town, record))
        return json_answer(shown)

    @require(*WORKERS)
    @answers(200, SealedView)
    def sealed(self, town: str, record: str) -> Response:
        """Read what few may read of a record: whoever entered it, and whom its form names. Recorded."""
        reader = named_caller()
        with self.context.store.read() as conn:
            pack = self.context.in_force(conn, town).pack
            found = self._find(conn, pack, town, record)
            if not may_open(pack, pack.records.get(found.form), found, self.context.doer(conn, town)):
                raise refused("not-allowed", "sealed")
        # Before anything is shown: whoever reads it is on record by now.
        audited("sealed-read", town=town, reference=record, client=reader.client)
        return json_answer({"facts": self.keeper.opened(found)})

    def _find(self, conn: sa.Connection, pack: Pack, town: str, id_: str) -> KeptRecord:
        found = self.keeper.judge.records.get(conn, town, id_)
        if found is None or not _fits(pack, self.context.doer(conn, town))(found):
            raise unknown("record", id_)
        return found


def _fits(pack: Pack, who: ActingPerson) -> Callable[[KeptRecord], bool]:
    return lambda record: may_see(pack, pack.records.get(record.form), record, who)


def _asked(given: RecordGiven) -> object:
    """What a record was asked for with; without pictures as before there were any: keys are known over an upgrade."""
    asked = to_builtins(given)
    if not given.pictures:
        del asked[_PICTURES]
    return asked
