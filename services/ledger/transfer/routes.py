"""Lists in and out: import with a dry run, a workbook of what the caller reads, a grid's paper version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import sqlalchemy as sa
from flask import Response, request
from flask_smorest import Blueprint
from msgspec import Struct, convert

from services.ledger.api.entries import STAFF
from services.ledger.api.inputs import (
    AskedImport,
    AskedPaper,
    ListImportQuery,
    PaperQuery,
    SheetQuery,
    WantedEntries,
)
from services.ledger.api.outputs import ImportView
from services.ledger.domain.entries import type_of
from services.ledger.domain.reach import may_enter
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Said
from services.ledger.handlers.desk import Desk, Desks
from services.ledger.handlers.telling import tell
from services.ledger.store.entries import refuse_suspended
from services.ledger.store.reading import EntryFilter, all_entries
from services.ledger.transfer.columns import Columns, Defaults, ListLine, columns_of
from services.ledger.transfer.importing import Batches, LineTaken, ListImporter, ReadLine, read_lines
from services.ledger.transfer.sheets import heads_of, open_facts, paper_of, row_of
from services.ledger.transfer.tables import ListTable, table_in
from shared.db.store import Store
from shared.files.written_workbooks import CONTENT_TYPE, workbook_of
from shared.kernel.problems import Problem
from shared.rules.pack.model import EntryType
from shared.web.access import caller, require
from shared.web.answers import json_answer, language, problem_body
from shared.web.app_config import app_config
from shared.web.body_length import allow_body
from shared.web.metering import charge_import
from shared.web.routes import answers, describe, mount, takes

LARGEST = 64 * 2**20
MOST_REFUSED, FIRST = 1000, 20
TABLES = ("text/csv", CONTENT_TYPE)
_BODY = {
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}},
    },
}


class FirstLine(Struct, frozen=True):
    """One of the first lines, as it is read."""

    line: int
    facts: Said
    place: str | None
    about: str | None
    date: str | None
    source: str | None


class RefusedListLine(Struct, frozen=True):
    """A line that was not taken; `problem` as routes tell problems."""

    line: int
    problem: object


@dataclass(slots=True)
class _Summary:
    """What became of a table's lines."""

    entered: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    first: list[FirstLine] = field(default_factory=list)
    problems: list[RefusedListLine] = field(default_factory=list)

    def count(self, taken: LineTaken) -> None:
        """Count a line by what became of it."""
        if isinstance(taken.result, Problem):
            self.refused += 1
            status = app_config().status_of(taken.result)
            self.problems.append(RefusedListLine(taken.number, problem_body(taken.result, status)))
        else:
            self.entered += taken.result.is_new
            self.changed += not taken.result.is_new and bool(taken.result.added)
            self.unchanged += not taken.result.is_new and not taken.result.added

    def show(self, line: ReadLine) -> None:
        """Keep one of the first lines as it is read."""
        if len(self.first) < FIRST and isinstance(line.content, ListLine):
            read = line.content
            since, source = read.since or None, read.source or None
            self.first.append(FirstLine(line.number, read.facts, read.place, read.about, since, source))


class _OnlyTried(Exception):
    """Ends the transaction of a trial: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class TransferRoutes:
    """Routes that take and give whole lists."""

    store: Store
    desks: Desks
    importer: ListImporter

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/ledger/import", self.bring_in)
        mount(blueprint, "GET", "/v1/towns/<town>/ledger.xlsx", self.workbook)
        mount(blueprint, "GET", "/v1/towns/<town>/ledger/paper", self.paper)

    @require(*STAFF)
    @takes(ListImportQuery, "query")
    @describe(requestBody=_BODY)
    @answers(200, ImportView)
    def bring_in(self, query: object, town: str) -> Response:
        """Bring a list in, CSV or the first sheet of an Excel workbook of at most 64 MiB; `check=yes` tries it out.

        Each line is taken or refused for itself. What is there already gets what this source says otherwise: the same
        list brought in again changes nothing. After a thousand refused lines nothing further is read.
        """
        allow_body(LARGEST)
        if request.mimetype not in TABLES:
            raise refusal("no-table", "Content-Type")
        with self.store.read() as conn:
            refuse_suspended(conn, town)
            desk = self.desks.of(conn, caller().viewing(town))
        wanted = convert(query, AskedImport)
        type_ = type_of(desk.ledger, wanted.type)
        if not may_enter(desk.pack, type_, desk.who):
            raise refusal("may-not-enter", "type", type=type_.key)
        with table_in(request.stream) as table:
            defaults = Defaults(wanted.place, wanted.date, wanted.source)
            columns = columns_of(desk.pack, type_, table.heads, wanted.columns, defaults, keeps=wanted.keeps)
            summary = self._taken(desk, type_, columns, table, keeps=wanted.keeps)
        return json_answer(_told(summary, columns, table, kept=wanted.keeps))

    @require(*STAFF)
    @takes(SheetQuery, "query")
    @answers(200, {"type": "string", "format": "binary"}, content_type=CONTENT_TYPE)
    def workbook(self, query: object, town: str) -> Response:
        """Give entries as an Excel workbook: a grid's ledger, a class's, or all that the caller reads.

        What is sealed is not in it.
        """
        asked = convert(query, WantedEntries)
        narrowed = EntryFilter(type=asked.type, line=asked.line, place=asked.place)
        with self.store.read() as conn:
            desk = self._reading(conn, town)
            types = [type_ for key, type_ in desk.ledger.types.items() if key in desk.reach.types]
            wanted = [type_ for type_ in types if _is_wanted(type_, asked)]
            facts = open_facts(desk, wanted)
            found = all_entries(conn, town, desk.reach, narrowed)
            rows = [
                row_of(desk, each, facts, language())
                for each in found
                if each.entry.type in desk.ledger.types
            ]
        name = desk.pack.name.in_language(language())
        book = workbook_of(name, heads_of(facts.values(), language()), rows, desk.pack.zone)
        shown = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{town}-ledger.xlsx')}"}
        return Response(book, content_type=CONTENT_TYPE, headers=shown)

    @require(*STAFF)
    @takes(PaperQuery, "query")
    @answers(200, {"type": "string"}, content_type="text/html")
    def paper(self, query: object, town: str) -> Response:
        """Give a grid's ledger as a page to print, as far as the caller reads it; it is never read back."""
        place = convert(query, AskedPaper).place
        with self.store.read() as conn:
            desk = self._reading(conn, town)
            if desk.ledger.paper is None:
                raise refusal("no-paper")
            if place not in desk.pack.places:
                raise refusal("place-unknown", "place", place=place)
            types = [desk.ledger.types[key] for key in desk.ledger.paper.types if key in desk.reach.types]
            found = list(all_entries(conn, town, desk.reach, EntryFilter(place=place)))
        page = paper_of(desk, place, types, found, language())
        return Response(page, content_type="text/html; charset=utf-8")

    def _reading(self, conn: sa.Connection, town: str) -> Desk:
        desk = self.desks.of(conn, caller().viewing(town))
        if desk.reach.is_nothing:
            raise refusal("read-no-types")
        return desk

    def _taken(
        self, desk: Desk, type_: EntryType, columns: Columns, table: ListTable, *, keeps: bool
    ) -> _Summary:
        summary = _Summary()
        for some in Batches(type_).of(read_lines(columns, table.rows)):
            charge_import(caller(), len(some))
            for line in some:
                summary.show(line)
            for taken in self._batch(desk, type_, some, keeps=keeps):
                summary.count(taken)
            if summary.refused >= MOST_REFUSED:
                break
        return summary

    def _batch(
        self, desk: Desk, type_: EntryType, lines: Sequence[ReadLine], *, keeps: bool
    ) -> Sequence[LineTaken]:
        """Each batch is kept for itself: a list that broke off may be sent again, and nothing is entered twice."""
        taken: Sequence[LineTaken] = ()
        try:
            with self.store.begin() as work:
                taken = self.importer.take(work, desk, type_, lines)
                if not keeps:
                    raise _OnlyTried
                tell(work, desk)
        except _OnlyTried:
            desk.changes.clear()
        return taken


def _is_wanted(type_: EntryType, asked: WantedEntries) -> bool:
    return asked.type in (None, type_.key) and asked.line in (None, type_.line)


class ImportTold(Struct, frozen=True):
    """What became of a table; the fields as `outputs.ImportView` describes them."""

    entered: int
    changed: int
    unchanged: int
    refused: int
    kept: bool
    columns: dict[str, str]
    first: list[FirstLine]
    problems: list[RefusedListLine]
    read_as: str


def _told(summary: _Summary, columns: Columns, table: ListTable, *, kept: bool) -> ImportTold:
    return ImportTold(
        summary.entered,
        summary.changed,
        summary.unchanged,
        summary.refused,
        kept,
        dict(zip(table.heads, columns.meant, strict=True)),
        summary.first,
        summary.problems[:MOST_REFUSED],
        table.read_as,
    )
