"""What goes back: JSON, and problems as RFC 9457 `application/problem+json` in the reader's language.

Decides the form of every answer: typed parts are written field by field, instants with microseconds and a Z. Must not
know why something was refused.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, cast

import orjson
from flask import Response, g, has_request_context, request
from marshmallow import Schema, fields, validate
from msgspec import Raw, to_builtins

from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Language
from shared.web.inputs import MOST_ERRORS, InvalidInput, sentence

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PROBLEM_TYPE = "application/problem+json"


class FieldError(Schema):
    """One field that breaks its rule."""

    field = fields.String(required=True, metadata={"description": "path of the field within the request"})
    cause = fields.String(required=True)


class ProblemSchema(Schema):
    """A refusal (RFC 9457): what is wrong, what to do about it, and where."""

    type = fields.String(required=True, metadata={"description": "a URN that ends in the code"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "stable key of the kind of error"})
    cause = fields.String(required=True)
    remedy = fields.String(required=True)
    where = fields.Dict(fields.String(), fields.Raw(), metadata={"description": "what it concerns"})
    errors = fields.List(fields.Nested(FieldError), validate=validate.Length(max=MOST_ERRORS))
    has_more_errors = fields.Boolean(
        metadata={"description": "whether there are more than those in `errors`"}
    )
    trace = fields.String()


def language() -> Language:
    """Return the language of the reader: the best of Accept-Language, Chinese otherwise."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        # Sorted by the reader's own preference; a quality of 0 says 'not this one'.
        wanted = (tag.lower().partition("-")[0] for tag, quality in request.accept_languages if quality > 0)
        g.language = next((tag for tag in wanted if tag in LANGUAGES), LANGUAGES[0])
    return cast(Language, g.language)


def json_answer(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return data as a JSON response.

    Args:
        data: as `json_bytes` takes it.
        headers: beside those that every answer has (`watching`).

    Raises:
        TypeError: as `json_bytes`.
    """
    return Response(json_bytes(data), status, headers, mimetype="application/json")


def json_bytes(data: object) -> bytes:
    """Return data as JSON: instants as RFC 3339 in UTC, with microseconds and a Z.

    Args:
        data: plain values, with frozen types and instants anywhere within them.

    Raises:
        TypeError: a part is none of these, such as an instant without its offset.
    """
    # Left to itself, orjson writes instants in a form of its own, and naive ones without a word.
    return orjson.dumps(data, default=_plain_part, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain_part(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{value!r} is no instant: it has no offset")
        return format_instant(value)
    if isinstance(value, Raw):  # JSON already, such as a history's hashed entries: given as it was written
        return orjson.Fragment(bytes(value))
    return to_builtins(value, builtin_types=(datetime,))


def problem_body(problem: Problem, status: int) -> dict[str, Any]:
    """Return the members of a problem in the reader's language; items of a bulk are answered alike.

    Args:
        status: of the HTTP answer; for an item of a bulk the one that it alone would have had.
    """
    reader = language()
    cause = problem.cause.in_language(reader)
    body: dict[str, Any] = {
        "type": f"urn:gridcase:problem:{problem.code}",
        "title": _title(status, reader),
        "status": status,
        "detail": cause,
        "code": problem.code,
        "cause": cause,
        "remedy": problem.remedy.in_language(reader),
        "where": problem.where,
    }
    if isinstance(problem, InvalidInput):
        errors = [{"field": path, "cause": sentence(text, reader)} for path, text in problem.errors.items()]
        body |= {"errors": errors, "has_more_errors": problem.has_more}
    return body


def _title(status: int, reader: Language) -> str:
    """A few words for the status: they do not change from one occurrence to the next (RFC 9457, 3.1.3)."""
    title = _titles().get(str(status))
    return title[reader] if title else HTTPStatus(status).phrase


@cache
def _titles() -> dict[str, dict[Language, str]]:
    return tomllib.loads(files("shared.web").joinpath("titles.toml").read_text(encoding="utf-8"))


def problem_answer(problem: Problem, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as a response, with the request's trace where there is a request.

    Args:
        headers: beside those that every answer has.
    """
    body = problem_body(problem, status)
    if has_request_context() and "trace" in g:
        body["trace"] = g.trace.id
    return Response(
        orjson.dumps(body),
        status,
        {"Content-Language": language(), **(headers or {})},
        content_type=PROBLEM_TYPE,
    )
