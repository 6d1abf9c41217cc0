"""From a request as it came over the wire to what WSGI (PEP 3333) calls its environment.

Decides what of a request an application gets to see: a header whose name could be taken for another's is left out. For
whom a request claims to be forwarded is handed on: whom to believe, the application decides (`web.metering`).
"""

import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from shared.flow.serving.wire import LENGTH, METHOD, Header, head_of

_OF_THEIR_OWN = {b"content-type": "CONTENT_TYPE", b"content-length": LENGTH}


def environ_of(scope: Any) -> WSGIEnvironment:
    """Return the environment of an ASGI scope; `wsgi.input` is still missing."""
    head = head_of(scope)
    host, port = head.server or ("localhost", 0)
    environ: WSGIEnvironment = {
        METHOD: head.method,
        "SCRIPT_NAME": "",
        # As the wire had it: bytes shown as characters, whatever encoding they are in.
        "PATH_INFO": unquote_to_bytes(head.raw_path).decode("latin-1"),
        "QUERY_STRING": head.query_string.decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{head.http_version}",
        "REMOTE_ADDR": head.client[0] if head.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": head.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        # A body ends where its input ends, whether its length was declared or not.
        "wsgi.input_terminated": True,
    }
    environ.update(_headers(head.headers))
    return environ


def _headers(pairs: Iterable[Header]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        # 'X_Forwarded_For' would become the same key as 'X-Forwarded-For'.
        if b"_" in name:
            continue
        key = _OF_THEIR_OWN.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
