"""What every request leaves behind: a place in its trace, a figure by route, careful headers.

Decides nothing about requests. Routes are counted by template, never by address: addresses carry case ids.
"""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from shared.obs.metrics import Metrics
from shared.web.tracing import Trace, continue_trace

# For every answer that does not say otherwise: nothing is guessed, framed, run or kept. What an answer holds depends on
# who asks and in which language.
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Language, Authorization"),
)


def watch(app: Flask, service: str, metrics: Metrics) -> None:
    """Have the application trace and count every request, and give every answer its headers.

    Args:
        app: on which that is set.
        service: its name, for figures and logs.
        metrics: the process's figures.
    """

    @app.before_request
    def begin() -> None:
        g.started = perf_counter()
        g.trace = continue_trace(request.headers.get("traceparent"))
        # A thread serves one request after another: what was bound for the last one must not stand in this one's lines.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=service, trace=g.trace.id)

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        metrics.http.labels(service, route, str(response.status_code)).observe(perf_counter() - g.started)
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in _HEADERS if name.lower() not in present)
        response.headers.add("traceparent", g.trace.parent)
        return response


def trace() -> Trace:
    """Return this request's place in its trace; only within a request."""
    found: Trace = g.trace
    return found
