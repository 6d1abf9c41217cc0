"""Bringing cases of an older system in: a file of lines goes in, a line of result for each comes back."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from typing import IO, Any
from zoneinfo import ZoneInfo

import msgspec
import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import fields, validate
from msgspec import Struct

from services.intake.api.request_context import RequestContext, actor
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.opening import SubmissionContext
from services.intake.transfer.api.line_forms import ImportLineInput, imported_case
from services.intake.transfer.api.lines import Line, json_lines
from services.intake.transfer.api.tables import TableLines, table_lines
from services.intake.transfer.domain.imported_case import ImportedCase, Unaccepted
from services.intake.transfer.handlers.importing import ImportedAs, Importer, ImportResult, ImportSource
from shared.kernel.problems import Problem
from shared.web.access import caller, require
from shared.web.answers import problem_body
from shared.web.app_config import app_config
from shared.web.body_length import allow_body
from shared.web.callers import Role
from shared.web.inputs import Input, OneLine, load
from shared.web.metering import charge_import
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

LARGEST = 64 * 2**20
BATCH, BATCH_BYTES = 100, 2**20
MOST_REFUSED = 1000  # lines; a file with more is not what its sender takes it for
IMPORTED, KNOWN = 201, 200  # what became of a line that was not refused, as a status
NDJSON = "application/x-ndjson"
_SPOOLED = 2**20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINES, _TABLES = (NDJSON, "application/jsonl"), ("text/csv", XLSX)
_TEXT, _BINARY = {"schema": {"type": "string"}}, {"schema": {"type": "string", "format": "binary"}}
_BODY = {"required": True, "content": {NDJSON: _TEXT, "text/csv": _TEXT, XLSX: _BINARY}}


class LineAnswer(Struct, frozen=True, omit_defaults=True):
    """What became of a line.

    Args:
        status: IMPORTED, KNOWN, or that of the problem.
        unaccepted: an open case of which the line does not say when it was accepted.
        continued: a known case that got what has happened since.
        problem: as routes tell problems.
    """

    line: int
    status: int
    case: str | None = None
    number: str | None = None
    unaccepted: bool = False
    continued: bool = False
    problem: object = None


@dataclass(slots=True)
class _Summary:
    """What became of a file's lines.

    Args:
        continued: among the known, those that got what has happened since.
        unaccepted: among the imported, open cases that say no acceptance.
        stopped_after: the last line that was read, where too many were refused.
        read_as: how a table was read, where that had to be found out.
    """

    imported: int = 0
    known: int = 0
    refused: int = 0
    unaccepted: int = 0
    continued: int = 0
    stopped_after: int | None = None
    read_as: str | None = None

    def count(self, told: LineAnswer) -> None:
        """Count a line by its status."""
        self.imported += told.status == IMPORTED
        self.known += told.status == KNOWN
        self.refused += told.status not in (IMPORTED, KNOWN)
        self.unaccepted += told.unaccepted
        self.continued += told.continued

    def told(self, *, kept: bool) -> object:
        """The last line of the answer."""
        stopped = {} if self.stopped_after is None else {"stopped_after": self.stopped_after}
        counts = {"imported": self.imported, "known": self.known, "refused": self.refused}
        more = {"continued": self.continued, "unaccepted": self.unaccepted}
        said = {name: count for name, count in more.items() if count}
        read = {} if self.read_as is None else {"read_as": self.read_as}
        return {"summary": {**counts, "kept": kept, **said, **stopped, **read}}


class ImportQuery(Input):
    """Where the lines come from; `check=yes` tries them out and keeps nothing."""

    source = OneLine(100, required=True)
    check = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))
    unaccepted = fields.Enum(Unaccepted, by_value=True, load_default=Unaccepted.NOW)


@dataclass(frozen=True, slots=True)
class WantedImport:
    """The query, loaded."""

    source: str
    check: str
    unaccepted: Unaccepted


@dataclass(frozen=True, slots=True)
class ImportRoutes:
    """Cases of older systems."""

    context: RequestContext
    importer: Importer

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "POST", "/v1/towns/<town>/cases/import", self.bring_in)

    @require(Role.ENGINEER, Role.OPERATOR)
    @takes(ImportQuery, "query")
    @describe(requestBody=_BODY)
    @answers(200, {"type": "string"}, content_type=NDJSON)
    def bring_in(self, query: dict[str, Any], town: str) -> Response:
        """Import cases and drafts with their numbers and dates, from a file of at most 64 MiB; nobody is told.

        JSON lines, CSV, or an Excel workbook.
        CSV may be in UTF-8, UTF-16 or GB18030, with comma, semicolon or tab, and is read by what is in it; of an Excel
        workbook (.xlsx) the first sheet is. The columns are those of an export. Instants without an offset are the
        town's. Where it had to be found out, the summary says what the file was read as (`read_as`).

        What was published before stands in the public list again.

        Each line is taken or refused for itself, and taken once for its source and number: one that comes again and
        says more only adds what has happened since (`continued`), as long as nobody here has worked on the case. The
        answer has a line of JSON for each: `line`, `status`, and `case` or `problem`; the last one is the `summary`.
        After a thousand refused lines nothing further is read, and the summary has `stopped_after`: the last line
        that was.

        Open cases that do not say when they were accepted bear `unaccepted`, and are counted: what becomes of them
        `unaccepted` of the query says – `now` (decided now, the lead is told, limits count from now), `reported`
        (accepted when reported, limits count from then, nobody is told) or `refuse`.
        """
        allow_body(LARGEST)
        if request.mimetype not in (*_LINES, *_TABLES):
            known = ", ".join((*_LINES, *_TABLES))
            raise refusal("no-import-format", {"field": "Content-Type"}, known=known)
        who = SubmissionContext(town, actor(), may_back_date=True, trace=trace().parent)
        wanted = WantedImport(**query)
        source = ImportSource(who, wanted.source, wanted.unaccepted)
        with self._lines(town) as read:
            answer = self._answered(read, source, keeps=wanted.check == "no")
        return Response(_given_back(answer), 200, content_type=NDJSON)

    @contextmanager
    def _lines(self, town: str) -> Iterator[TableLines]:
        """The lines of the request's body; a table is kept on disk until they are read."""
        body = BufferedReader(request.stream)  # type: ignore[type-var]
        if request.mimetype in _LINES:
            yield TableLines(json_lines(body))
            return
        with self.context.store.read() as conn:
            zone = ZoneInfo(self.context.pack_in_force(conn, town).zone)
        with table_lines(body, zone) as read:
            yield read

    def _answered(self, read: TableLines, source: ImportSource, *, keeps: bool) -> IO[bytes]:
        """Everything is taken before the first word of the answer goes out; long answers wait on disk."""
        answer = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 - closed once it was given back
        try:
            summary = _Summary(read_as=read.read_as)
            for told in self._results(read.lines, source, keeps=keeps):
                summary.count(told)
                answer.write(msgspec.json.encode(told) + b"\n")
                if summary.refused >= MOST_REFUSED:
                    summary.stopped_after = told.line
                    break
            answer.write(orjson.dumps(summary.told(kept=keeps)) + b"\n")
            answer.seek(0)
        except BaseException:
            answer.close()
            raise
        return answer

    def _results(self, lines: Iterator[Line], source: ImportSource, *, keeps: bool) -> Iterator[LineAnswer]:
        """Yield what is told of each line."""
        while some := _batch(lines):
            # What was taken before stays: the same file, sent again later, goes on from there.
            charge_import(caller(), len(some))
            for line, result in zip(some, self._taken(some, source, keeps=keeps), strict=True):
                yield self._told(line.number, result)

    def _taken(self, lines: Sequence[Line], source: ImportSource, *, keeps: bool) -> list[ImportResult]:
        judged = [_judged(line) for line in lines]
        wanted = [case for case in judged if isinstance(case, ImportedCase)]
        try:
            # Each batch is kept for itself: a file that broke off may be sent again, and no line is taken twice.
            with self.context.store.begin() as work:
                work.trace = source.context.trace
                results = iter(self.importer.take(work, source, wanted) if wanted else [])
                given = [next(results) if isinstance(case, ImportedCase) else case for case in judged]
                if not keeps:
                    # Only an exception ends the transaction without keeping anything.
                    raise _OnlyTried
        except _OnlyTried:
            pass
        return given

    def _told(self, number: int, result: ImportResult) -> LineAnswer:
        if isinstance(result, ImportedAs):
            status = IMPORTED if result.is_new else KNOWN
            return LineAnswer(
                number,
                status,
                result.case,
                result.number,
                unaccepted=result.is_unaccepted,
                continued=result.is_continued,
            )
        problem = self.context.problem(result)
        status = app_config().status_of(problem)
        return LineAnswer(number, status, problem=problem_body(problem, status))


def _batch(lines: Iterator[Line]) -> Sequence[Line]:
    """Take lines for one transaction: few of them where they are long, for they lie in memory together."""
    some, size = [], 0
    for line in lines:
        some.append(line)
        size += line.size
        if len(some) >= BATCH or size >= BATCH_BYTES:
            break
    return some


class _OnlyTried(Exception):
    """Ends the transaction of a trial: nothing of it is kept."""


def _judged(line: Line) -> ImportedCase | Refusal | Problem:
    if not isinstance(line.content, dict):
        return line.content
    try:
        return imported_case(load(ImportLineInput, line.content, app_config().catalogue), line.content)
    except (Problem, Refusal) as wrong:
        # Its trace leads to this frame, and by way of those that called it to the list in which it will lie: a circle,
        # which would keep megabytes of each line until the collector comes by.
        return wrong.with_traceback(None)


def _given_back(answer: IO[bytes]) -> Iterable[bytes]:
    with answer:
        while part := answer.read(64 * 2**10):
            yield part
