"""What every request leaves behind: a place in its trace, a figure by route, careful headers.

Decides nothing about requests. Routes are counted by template, never by address: addresses carry case ids.
"""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from shared.obs.metrics import Metrics
from shared.web.tracing import Trace, continue_trace

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Language, Authorization"),
)


def watch(app: Flask, service: str, metrics: Metrics) -> None:
    """Have the application trace, count and dress every answer."""

    @app.before_request
    def begin() -> None:
        g.begun = perf_counter()
        g.trace = continue_trace(request.headers.get("traceparent"))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=service, trace=g.trace.id)

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        metrics.http.labels(service, route, str(response.status_code)).observe(perf_counter() - g.begun)
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in _HEADERS if name.lower() not in present)
        response.headers.add("traceparent", g.trace.parent)
        return response


def trace() -> Trace:
    """Return this request's place in its trace."""
    found: Trace = g.trace
    return found
