"""One address for all services of a process: every request goes to the service that owns its path."""

from collections.abc import Iterable, Mapping
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from gridcase.gateway.declared import routes_of, routes_of_home
from gridcase.gateway.refusals import GatewayRefusals
from gridcase.gateway.table import PathOwner, RouteTable
from shared.obs.metrics import Metrics

HOME = "home"
_NOBODY = PathOwner("", frozenset(), "")


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
