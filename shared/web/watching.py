"""What every request leaves behind: a place in its trace (W3C Trace Context), a figure by route, careful headers.

Decides which incoming `traceparent` is believed, and nothing else about requests. Routes are counted by template,
never by address: addresses carry case ids.
"""

import re
from dataclasses import dataclass
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from shared.kernel.ids import new_id
from shared.kernel.scope import NO_TOWN, enter
from shared.obs.metrics import Metrics

_VALID = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
# For every answer that does not say otherwise: nothing is guessed, framed, run or kept. What an answer holds depends on
# who asks and in which language.
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Language, Authorization"),
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a request stands in its trace.

    Args:
        id: the trace's, 32 hexadecimal digits.
        span: this request's own, 16 hexadecimal digits.
        flags: as the caller gave them; '01' (recorded) in a new trace.
    """

    id: str
    span: str
    flags: str = "01"

    @property
    def parent(self) -> str:
        """The `traceparent` for whatever this request causes."""
        return f"00-{self.id}-{self.span}-{self.flags}"


def continue_trace(given: str | None) -> Trace:
    """Return this request's place in the trace that it names, or in a new one where the name is not valid.

    Args:
        given: the request's `traceparent`; None: it has none. Anybody may send anything: it is passed on and logged
            only if it is exactly in the standard's form.
    """
    fresh = new_id().replace("-", "")
    found = _VALID.fullmatch(given.strip()) if given and len(given) <= 200 else None
    if found is None or set(found[1]) == {"0"} or set(found[2]) == {"0"}:
        return Trace(fresh, fresh[16:])
    return Trace(found[1], fresh[16:], found[3])


def watch(app: Flask, service: str, metrics: Metrics) -> None:
    """Have the application trace and count every request, and give every answer its headers.

    Args:
        app: on which that is set.
        service: its name, for figures and logs.
        metrics: the process's figures.
    """

    @app.before_request
    def begin() -> None:
        # Before it is known who asks, and for what town, nothing of any town is read (`access.admit` says it).
        g.scope_before = enter(NO_TOWN)
        g.started = perf_counter()
        g.trace = continue_trace(request.headers.get("traceparent"))
        # A thread serves one request after another: what was bound for the last one must not stand in this one's lines.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service=service, trace=g.trace.id)

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        metrics.http.labels(service, route, str(response.status_code)).observe(perf_counter() - g.started)
        keep_browsers_careful(response)
        response.headers.add("traceparent", g.trace.parent)
        return response

    @app.teardown_request
    def end(_failure: BaseException | None) -> None:
        # Also after an answer that is streamed: until its last word the request's scope holds.
        if hasattr(g, "scope_before"):
            enter(g.scope_before)


def keep_browsers_careful(response: Response) -> Response:
    """Add the headers that an answer has where it does not say otherwise; return it."""
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in HEADERS if name.lower() not in present)
    return response


def trace() -> Trace:
    """Return this request's place in its trace; only within a request."""
    found: Trace = g.trace
    return found
