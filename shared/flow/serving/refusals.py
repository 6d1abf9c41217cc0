"""What the server answers by itself, in the services' own words: no application has seen such a request."""

from functools import cache, lru_cache
from http import HTTPStatus

import orjson
from flask import Flask

from shared.flow.serving.answer import Answer
from shared.kernel.texts import Language
from shared.web.answers import PROBLEM_TYPE, language, problem_body
from shared.web.app import web_catalogue
from shared.web.watching import HEADERS

_BARE = Flask(__name__)  # for nothing but the reader's language


def refusal_answer(code: str, accept_language: str, limit: int) -> Answer:
    """Return a problem as an answer.

    Args:
        code: of the web's catalogue.
        accept_language: the request's header; empty for the first language.
        limit: bytes that are allowed, where the code speaks of them.

    Raises:
        KeyError: no such code.
    """
    with _BARE.test_request_context(headers={"Accept-Language": accept_language[:200]}):
        return _refusal(code, language(), limit)


# Kept: a thousand slow clients are refused at the same moment, in the thread that serves everybody.
@lru_cache(maxsize=100)
def _refusal(code: str, reader: Language, limit: int) -> Answer:
    catalogue = web_catalogue()
    status = catalogue.status(code) or 500
    with _BARE.test_request_context(headers={"Accept-Language": reader}):
        content = orjson.dumps(problem_body(catalogue.problem(code, limit=limit), status))
    said = [
        ("Content-Type", PROBLEM_TYPE),
        ("Content-Length", str(len(content))),
        ("Content-Language", reader),
        *HEADERS,
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        said.append(("Retry-After", "1"))
    return Answer(status, [(name.lower().encode(), value.encode()) for name, value in said], content)


@cache
def refusal_bytes(code: str, limit: int = 0) -> bytes:
    """Return a refusal as it goes over the wire where there is no request yet; the connection ends with it."""
    answer = refusal_answer(code, "", limit).closing()
    first = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n".encode()
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in answer.headers)
    return first + lines + b"\r\n" + answer.body
