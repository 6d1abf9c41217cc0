"""What is answered where nobody is asked: no such path, or not with this method.

Decides nothing: the table has. The answers are the services' own kind, down to their headers.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.app import make_app

_ALLOWED = "gridcase.allowed"


class GatewayRefusals:
    """A WSGI application that refuses everything, as problems (RFC 9457) in the reader's language.

    Args:
        metrics: where refusals are counted, as those of a service called 'front'.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._app = make_app("front", [], tokens=lambda _token: None, metrics=metrics, health=Health())
        # After those that every application has: the figures and the trace of a refusal are begun there.
        self._app.before_request(_refuse)

    def answer(
        self, environ: WSGIEnvironment, start_response: StartResponse, allowed: frozenset[str]
    ) -> Iterable[bytes]:
        """Answer 405 with the methods that the path has, or 404 where it has none."""
        environ[_ALLOWED] = sorted(allowed)
        return self._app.wsgi_app(environ, start_response)


def _refuse() -> None:
    if allowed := request.environ[_ALLOWED]:
        raise MethodNotAllowed(allowed)
    raise NotFound
