"""Turning whatever goes wrong in a request into a problem that helps.

Decides which problem an exception stands for. An unforeseen one is logged whole and answered with its trace
alone: nothing of the inside gets out. One that passes by itself is answered with 503 and when to come again.
"""

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from shared.kernel.problems import Problem
from shared.obs.failures import told
from shared.web.answers import problem_answer
from shared.web.app_config import AppConfig
from shared.web.metering import RETRY_AFTER

_CODES = {
    400: "bad-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "wrong-method",
    409: "conflict",
    413: "too-large",
    415: "wrong-media-type",
    503: "busy",
}
_KEPT_HEADERS = ("Allow", "Retry-After")


def answer_refusals(app: Flask, app_config: AppConfig) -> None:
    """Have the application answer every error as a problem.

    Args:
        app: on which the handlers are set.
        app_config: gives status and words, and says which exceptions of other rooms stand for a problem; of these the
            first that fits counts, so a class must stand before those that it is derived from.
    """

    def on_problem(problem: Problem) -> Response:
        status = app_config.status_of(problem)
        return problem_answer(problem, status, {**_headers_of(status, problem.code), **_when(problem)})

    def on_http(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error  # a redirection, which Flask raises too
        # Of werkzeug's own headers only these: the others describe the page that it would have shown.
        kept = {key: value for key, value in error.get_headers() if key in _KEPT_HEADERS}
        return problem_answer(_of_status(app_config, status), status, {**kept, **_headers_of(status)})

    def on_failure(failure: Exception) -> Response:
        for kind, means in app_config.translate.items():
            if isinstance(failure, kind):
                return on_problem(
                    app_config.catalogue.problem(means) if isinstance(means, str) else means(failure)
                )
        if app_config.passes(failure):
            # A line without its places: while a store is away every request has one.
            structlog.get_logger("web").warning("request-put-off", cause=told(failure))
            return on_problem(app_config.catalogue.problem("busy"))
        # Kind and places of the failure go to the log and none of it to the caller, who gets the trace to ask by.
        structlog.get_logger("web").error("request-failed", exc_info=failure)
        return problem_answer(_of_status(app_config, 500), 500)

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_failure)


def _of_status(app_config: AppConfig, status: int) -> Problem:
    if status == 413:
        return app_config.catalogue.problem("too-large", limit=request.max_content_length or "?")
    if status >= 500 and status != 503:
        return app_config.catalogue.problem("internal-error", trace=g.trace.id if "trace" in g else "-")
    return app_config.catalogue.problem(_CODES.get(status, "other"))


def _when(problem: Problem) -> dict[str, str]:
    """When to come again, where the problem knows it better than its status."""
    return {"Retry-After": str(problem.where[RETRY_AFTER])} if RETRY_AFTER in problem.where else {}


def _headers_of(status: int, code: str = "") -> dict[str, str]:
    """Say what is missing or when to come again, as the status demands."""
    if status == 401:
        return {"WWW-Authenticate": "Bearer" if code in ("", _CODES[401]) else "Session"}
    return {"Retry-After": "1"} if status == 503 else {}
