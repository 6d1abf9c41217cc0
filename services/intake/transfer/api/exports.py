"""Giving cases to another system: all that the caller may see, streamed, as JSON lines or as a table."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context
from flask_smorest import Blueprint
from marshmallow import fields, validate

from services.intake.api.inputs import CasesQuery
from services.intake.api.request_context import STAFF, RequestContext, actor, viewer
from services.intake.api.views import draft_view
from services.intake.domain.actors import OPERATOR
from services.intake.domain.case import Case
from services.intake.domain.masked_case import CaseMask
from services.intake.handlers.masking import TextMasker
from services.intake.store.listed_cases import CaseFilter, next_cases
from services.intake.transfer.api.columns import COLUMNS, heads, is_said, to_cells
from services.intake.transfer.domain.export import CaseRecords, exported
from services.intake.transfer.domain.exported_case import ExportedCase
from services.intake.transfer.handlers.read_identities import IdentityReader
from services.intake.transfer.store import records_of
from shared.contracts.messages import Actor
from shared.kernel.roles import Viewer
from shared.web.access import named_caller, refused, require
from shared.web.answers import json_bytes
from shared.web.callers import Caller
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

PAGE = 200
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
_BOM = "\ufeff"  # without it spreadsheets take Chinese for something else
_TEXT = {"schema": {"type": "string"}}
_ANSWER = {"description": "Cases, one a line", "content": {"application/x-ndjson": _TEXT, "text/csv": _TEXT}}


class ExportQuery(CasesQuery):
    """What is exported, and how; `identities=yes` is for operators, and each reading is recorded."""

    class Meta(CasesQuery.Meta):
        """All pages come at once."""

        exclude = ("cursor", "limit")

    format = fields.String(load_default="jsonl", validate=validate.OneOf(sorted(_TYPES)))
    identities = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))


@dataclass(frozen=True, slots=True)
class ExportRoutes:
    """Cases on their way to another system."""

    context: RequestContext
    identities: IdentityReader
    masker: TextMasker

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
        # asked for now: while the answer is streamed there is no request any more
        looker, parent = actor(), trace().parent
        reader = named_caller() if with_identity else None
        lines = map(line_of, self._cases(who, CaseFilter(**filters), looker, reader, parent))
        parts = _csv(lines, with_identity=with_identity) if query["format"] == "csv" else _jsonl(lines)
        name = f"{town}-cases.{query['format']}"
        return Response(
            stream_with_context(parts),
            content_type=_TYPES[query["format"]],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        )

    def _cases(
        self, who: Viewer, wanted: CaseFilter, looker: Actor, reader: Caller | None, parent: str
    ) -> Iterator[ExportedCase]:
        """Args: looker: for whom texts are masked; reader: who reads identities, None: they don't go along."""
        after: str | None = None
        while True:
            # For each page anew: a slow reader must not hold a connection for as long as the export lasts.
            with self.context.store.read() as conn:
                looked = next_cases(conn, who, wanted, after, PAGE)
                found = looked.rows
                records = records_of(conn, found)
                masks = self.masker.of_cases(conn, who.town, looker, found)
            # Recorded for the whole page before its first line goes out, also where the reader breaks off within it.
            identities = self.identities.read(who.town, found, reader, parent) if reader else {}
            for case in found:
                shown, kept = _masked(case, records[case.id], masks.get(case.id))
                yield exported(shown, kept, identities.get(case.id))
            if len(found) < PAGE and looked.looked_to is None:
                return
            after = looked.looked_to or found[-1].id


def _masked(case: Case, records: CaseRecords, mask: CaseMask | None) -> tuple[Case, CaseRecords]:
    if mask is None:
        return case, records
    return mask.case(case), replace(records, history=mask.history(records.history))


def line_of(case: ExportedCase) -> dict[str, Any]:
    """Return the fields of an exported case, in the order of the columns; who reported it comes last."""
    line = {name: getattr(case, name) for name in (*COLUMNS, "identity")}
    return {**line, "draft": draft_view(case.draft) if case.draft else None}


def _jsonl(lines: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    for line in lines:
        yield json_bytes({name: value for name, value in line.items() if is_said(name, value)}) + b"\n"


def _csv(lines: Iterator[Mapping[str, Any]], *, with_identity: bool) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write(_BOM)
    writer.writerow(heads(with_identity=with_identity))
    for line in lines:
        writer.writerow(to_cells(line, with_identity=with_identity))
        yield _taken_out(text)
    yield _taken_out(text)


def _taken_out(text: io.StringIO) -> bytes:
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written.encode()
