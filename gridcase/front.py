"""One address for all services of a process: every request goes to the service that owns its path.

Where nobody is asked (no such path, or not with this method), the answer is of the services' own kind, down to its
headers.
"""

from collections.abc import Iterable, Mapping
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from gridcase.gateway.declared import routes_of, routes_of_home
from gridcase.gateway.table import PathOwner, RouteTable
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.app import make_app

HOME = "home"
_NOBODY = PathOwner("", frozenset(), "")
_ALLOWED = "gridcase.allowed"


class Front:
    """A WSGI application in front of several.

    Args:
        apps: by service name; each one's documentation and health are found under `/<name>/…`.
        home: answers for the house as a whole: the first page, the health of all.
        metrics: where paths that nobody owns are counted.

    Raises:
        RouteCollision: two of them declare the same path.
        UnknownPattern: one declares a path that can't be compared with others.
    """

    def __init__(self, apps: Mapping[str, Flask], home: Flask, metrics: Metrics) -> None:
        self._apps = {**apps, HOME: home}
        self._table = RouteTable([*routes_of(apps), *routes_of_home(HOME, home)])
        self._refusals = GatewayRefusals(metrics)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        found = self.owner_of(environ)
        if environ["REQUEST_METHOD"] not in found.methods:
            return self._refusals.answer(environ, start_response, found.methods)
        if found.prefix:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + found.prefix
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(found.prefix)
        return self._apps[found.owner].wsgi_app(environ, start_response)

    def owner_of(self, environ: WSGIEnvironment) -> PathOwner:
        """Look a request's path up; where nobody owns it, no method is allowed."""
        return self._table.at(environ.get("PATH_INFO", "")) or _NOBODY


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
