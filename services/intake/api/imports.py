"""Bringing cases of an older system in: a file of lines goes in, a line of result for each comes back."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from itertools import islice
from typing import IO, Any

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from services.intake.api.desk import Desk, actor
from services.intake.api.lines import Line, csv_lines, json_lines
from services.intake.api.old_cases import OldCaseInput, old_case
from services.intake.domain.old_case import Old
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.bring_in import Brought, Result
from services.intake.handlers.opening import Door
from shared.kernel.problems import Problem
from shared.web.access import require
from shared.web.answers import problem_body
from shared.web.callers import Role
from shared.web.inputs import Input, PlainText, load
from shared.web.manners import manners
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

LARGEST = 64 * 2**20
BATCH = 100
NDJSON = "application/x-ndjson"
_SPOOLED = 2**20
_READERS = {NDJSON: json_lines, "application/jsonl": json_lines, "text/csv": csv_lines}
_TEXT = {"schema": {"type": "string"}}
_BODY = {"required": True, "content": {NDJSON: _TEXT, "text/csv": _TEXT}}


class ImportQuery(Input):
    """Where the lines come from; `check=yes` tries them out and keeps nothing."""

    source = PlainText(100, required=True)
    check = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))


class ImportRoutes:
    """Old cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "POST", "/v1/towns/<town>/cases/import", self.bring_in)

    @require(Role.ENGINEER, Role.OPERATOR)
    @takes(ImportQuery, "query")
    @describe(requestBody=_BODY)
    @answers(200, {"type": "string"}, content_type=NDJSON)
    def bring_in(self, query: dict[str, Any], town: str) -> Response:
        """Import cases and drafts with their numbers and dates: JSON lines or CSV, at most 64 MiB; nobody is told.

        What was published before stands in the public list again.

        Each line is taken or refused for itself, and taken once for its source and number. The answer has a line
        of JSON for each: `line`, `status`, and `case` or `problem`; the last one is the `summary`.
        """
        request.max_content_length = LARGEST
        read = _READERS.get(request.mimetype)
        if read is None:
            raise refusal("no-import-format", {"field": "Content-Type"}, known=", ".join(_READERS))
        door = Door(town, actor(), may_back_date=True, trace=trace().parent)
        answer = self._answered(
            read(BufferedReader(request.stream)),  # type: ignore[type-var]
            door,
            query["source"],
            keeps=query["check"] == "no",
        )
        return Response(_given_back(answer), 200, content_type=NDJSON)

    def _answered(self, lines: Iterator[Line], door: Door, source: str, *, keeps: bool) -> IO[bytes]:
        """Everything is taken before the first word of the answer goes out; long answers wait on disk."""
        answer = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 - closed once it was given back
        try:
            counts = {"imported": 0, "known": 0, "refused": 0}
            for told in self._results(lines, door, source, keeps=keeps):
                counts[_KINDS.get(told["status"], "refused")] += 1
                answer.write(orjson.dumps(told) + b"\n")
            answer.write(orjson.dumps({"summary": {**counts, "kept": keeps}}) + b"\n")
            answer.seek(0)
        except BaseException:
            answer.close()
            raise
        return answer

    def _results(
        self, lines: Iterator[Line], door: Door, source: str, *, keeps: bool
    ) -> Iterator[dict[str, Any]]:
        while some := list(islice(lines, BATCH)):
            results = self._taken(some, door, source, keeps=keeps)
            for line, result in zip(some, results, strict=True):
                yield _told(self._desk, line.number, result)

    def _taken(self, lines: Sequence[Line], door: Door, source: str, *, keeps: bool) -> list[Result]:
        judged = [_judged(line) for line in lines]
        olds = [one for one in judged if isinstance(one, Old)]
        try:
            with self._desk.store.begin() as work:
                work.trace = door.trace
                results = iter(self._desk.importer.take(work, door, source, olds) if olds else [])
                given = [next(results) if isinstance(one, Old) else one for one in judged]
                if not keeps:
                    raise _OnlyTried
        except _OnlyTried:
            pass
        return given


class _OnlyTried(Exception):
    """Ends the transaction of a trial: nothing of it is kept."""


_KINDS = {201: "imported", 200: "known"}


def _judged(line: Line) -> Old | Refusal | Problem:
    if not isinstance(line.said, dict):
        return line.said
    try:
        return old_case(load(OldCaseInput, line.said, manners().words), line.said)
    except (Problem, Refusal) as wrong:
        return wrong


def _told(desk: Desk, number: int, result: Result) -> dict[str, Any]:
    if isinstance(result, Brought):
        status = 201 if result.is_new else 200
        return {"line": number, "status": status, "case": result.case, "number": result.number}
    problem = desk.problem(result)
    status = manners().status_of(problem)
    return {"line": number, "status": status, "problem": problem_body(problem, status)}


def _given_back(answer: IO[bytes]) -> Iterable[bytes]:
    with answer:
        while part := answer.read(64 * 2**10):
            yield part
