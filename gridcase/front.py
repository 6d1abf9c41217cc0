"""One address for all services of a process: every request goes to the service that has its route."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

WSGI = Callable[..., Iterable[bytes]]


class Front:
    """A WSGI application in front of several.

    Args:
        apps: by service name; also reachable each under `/<name>/…`, with its own documentation and health.
        home: answers what no service does: the first page, the health of all.
    """

    def __init__(self, apps: Mapping[str, Flask], home: Flask) -> None:
        self._apps = dict(apps)
        self._home = home

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        return self._choose(environ)(environ, start_response)

    def _choose(self, environ: dict[str, Any]) -> WSGI:
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        name, _, rest = path.lstrip("/").partition("/")
        if name in self._apps:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{name}"
            environ["PATH_INFO"] = f"/{rest}"
            return self._apps[name].wsgi_app
        if _matches(self._home, path, method):
            return self._home.wsgi_app
        return next(
            (app.wsgi_app for app in self._apps.values() if _matches(app, path, method)),
            next(iter(self._apps.values())).wsgi_app,
        )


def _matches(app: Flask, path: str, method: str) -> bool:
    """Tell whether an application has the route, be it for another method."""
    try:
        app.url_map.bind("gridcase").match(path, method)
    except MethodNotAllowed:
        return True
    except HTTPException:
        return False
    return True
