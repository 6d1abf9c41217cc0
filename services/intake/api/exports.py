"""Giving cases to another system: all that the caller may see, streamed, as JSON lines or as a table."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response, stream_with_context
from flask_smorest import Blueprint
from marshmallow import fields, validate

from services.intake.api.desk import STAFF, Desk, actor, viewer
from services.intake.api.inputs import CasesQuery
from services.intake.domain.actors import OPERATOR, Actor
from services.intake.domain.case import Case
from services.intake.domain.columns import heads, to_cells
from services.intake.domain.exporting import exported
from services.intake.store.exports import hanging_on, next_cases
from services.intake.store.lists import CaseFilter
from services.intake.store.reading import identities_of
from services.intake.store.visibility import Viewer
from shared.db.work import Work
from shared.web.access import refused, require
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

PAGE = 200
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
_BOM = "\ufeff"  # without it spreadsheets take Chinese for something else
_TEXT = {"schema": {"type": "string"}}
_ANSWER = {"description": "Cases, one a line", "content": {"application/x-ndjson": _TEXT, "text/csv": _TEXT}}
Identities = Mapping[str, Mapping[str, str]]


class ExportQuery(CasesQuery):
    """What is exported, and how; `identities=yes` is for operators, and each reading is recorded."""

    class Meta(CasesQuery.Meta):
        """All pages come at once."""

        exclude = ("cursor", "limit")

    format = fields.String(load_default="jsonl", validate=validate.OneOf(sorted(_TYPES)))
    identities = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))


class ExportRoutes:
    """Cases on their way to another system."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/export", self.export)

    @require(*STAFF)
    @takes(ExportQuery, "query")
    @describe(responses={"200": _ANSWER})
    @answers(200, {"type": "string"}, content_type="application/x-ndjson")
    def export(self, query: dict[str, Any], town: str) -> Response:
        """Export all cases and drafts that the caller may see, oldest first: JSON lines, or CSV with `format=csv`."""
        who = viewer(town)
        with_identity = query["identities"] == "yes"
        if with_identity and who.role != OPERATOR:
            raise refused("not-allowed", "identities")
        filters = {name: value for name, value in query.items() if name not in ("format", "identities")}
        records = self._records(
            who, CaseFilter(**filters), actor() if with_identity else None, trace().parent
        )
        parts = _csv(records, with_identity=with_identity) if query["format"] == "csv" else _jsonl(records)
        name = f"{town}-cases.{query['format']}"
        return Response(
            stream_with_context(parts),
            content_type=_TYPES[query["format"]],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        )

    def _records(
        self, who: Viewer, wanted: CaseFilter, reader: Actor | None, parent: str
    ) -> Iterator[dict[str, Any]]:
        after: str | None = None
        while True:
            with self._desk.store.read() as conn:
                found = next_cases(conn, who, wanted, after, PAGE)
                hanging = hanging_on(conn, found)
            identities = self._identities(who.town, found, reader, parent) if reader else {}
            for case in found:
                yield exported(case, hanging[case.id], identities.get(case.id))
            if len(found) < PAGE:
                return
            after = found[-1].id

    def _identities(self, town: str, cases: Sequence[Case], reader: Actor, parent: str) -> Identities:
        """Read who reported, each reading recorded in the case before it goes out."""
        known = [case for case in cases if case.reporter]
        with self._desk.store.begin() as work:
            work.trace = parent
            self._desk.files.prefetch(work, [case.id for case in known])
            rows = identities_of(work.conn, town, [case.reporter or "" for case in known])
            sealed = {case.id: row["sealed"] for case in known if (row := rows.get(case.reporter or ""))}
            read = {case: seal for case, seal in sealed.items() if seal is not None}
            self._note(work, read, reader)
        return {case: self._desk.seal.open(seal) for case, seal in read.items()}

    def _note(self, work: Work, read: Iterable[str], reader: Actor) -> None:
        for key in read:
            case = self._desk.files.find(work, key)
            if case is not None:
                told = {"reporter": case.reporter, "by": "export"}
                self._desk.files.record(work, case, "identity-read", reader, told)
                self._desk.files.keep(work, case)


def _jsonl(records: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for record in records:
        kept = {name: value for name, value in record.items() if value not in (None, [], {})}
        yield orjson.dumps(kept) + b"\n"


def _csv(records: Iterator[dict[str, Any]], *, with_identity: bool) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write(_BOM)
    writer.writerow(heads(with_identity=with_identity))
    for record in records:
        writer.writerow(to_cells(record, with_identity=with_identity))
        yield _taken_out(text)
    yield _taken_out(text)


def _taken_out(text: io.StringIO) -> bytes:
    said = text.getvalue()
    text.seek(0)
    text.truncate()
    return said.encode()
