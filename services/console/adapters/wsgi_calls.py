"""Calls within the process: to the front of an embedded house, without a socket."""

import contextvars
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from services.console.ports.calls import ApiAnswer, ApiCall, ApiUnreachable

FORWARDED, AUTHORIZATION = "X-Forwarded-For", "Authorization"


class WsgiCalls:
    """Carries calls to a WSGI application that is known only once the console is built: the console is a part of it."""

    def __init__(self) -> None:
        self._app: WSGIApplication | None = None

    def reach(self, app: WSGIApplication) -> None:
        """Say whom to ask from now on."""
        self._app = app

    def ask(self, call: ApiCall) -> ApiAnswer:
        """Return the application's answer.

        Raises:
            ApiUnreachable: nobody has said whom to ask.
        """
        if self._app is None:
            raise ApiUnreachable("the house is not open yet")
        # In a context of its own: what a request binds there, such as whose rows it may read, ends with it.
        status, headers, body = contextvars.copy_context().run(_run, self._app, _environ(call))
        return ApiAnswer(status, headers, body)


def _environ(call: ApiCall) -> WSGIEnvironment:
    path, _, query = call.path.partition("?")
    headers: dict[str, str] = {"Accept-Language": call.language, "Accept": "application/json", **call.headers}
    if call.authorization is not None:
        headers[AUTHORIZATION] = call.authorization
    if call.forwarded:
        headers[FORWARDED] = call.forwarded
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        method=call.method,
        headers=Headers(headers),
        input_stream=None if call.body is None else BytesIO(call.body),
        content_type=None if call.body is None else call.content_type,
        content_length=None if call.body is None else len(call.body),
        environ_base={"REMOTE_ADDR": call.client},
    )
    return builder.get_environ()


def _run(app: Callable[..., Iterable[bytes]], environ: WSGIEnvironment) -> tuple[int, dict[str, str], bytes]:
    given: Any = run_wsgi_app(app, environ, buffered=True)
    chunks, status, headers = given
    found = {name.lower(): value for name, value in headers.items()}
    return int(status.split(" ", 1)[0]), found, b"".join(chunks)
