"""The console's one cookie: what a browser keeps for us, closed so that it can neither be read nor changed there.

Decides the cookie's form and its marks: sealed with AES-256-GCM under a key of its own, for this console alone, sent to
nobody else, over TLS wherever it is not this very machine that asks.
"""

# ruff: noqa: ARG002 - Flask hands more than is needed

import msgspec
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

from shared.contracts.sealed import Sealer, SealPurpose, Unreadable
from shared.kernel.keyring import Secret

NEAR, REMOTE = "gridcase", "__Host-gridcase"  # browsers take the second over TLS alone, and for one host
PURPOSE = SealPurpose("console/cookie", b"gridcase console cookie")
LONGEST = 4000  # characters; browsers refuse more than 4096 with name and marks
# Texts, what residents have in towns or an attempt at a provider, words for the next page.
Kept = str | dict[str, dict[str, str] | str] | list[list[str]]
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class SealedCookies(SessionInterface):
    """Reads and writes the cookie.

    Args:
        secret: the deployment's.
    """

    def __init__(self, secret: Secret) -> None:
        self._sealer = Sealer(secret, PURPOSE)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return what the browser keeps; nothing where it keeps nothing of ours."""
        sealed = request.cookies.get(name(), "")
        if not sealed or len(sealed) > LONGEST:
            return SecureCookieSession()
        try:
            return SecureCookieSession(msgspec.json.decode(self._sealer.open(sealed), type=dict[str, Kept]))
        except (Unreadable, ValueError, msgspec.DecodeError):
            return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the browser what it is to keep, where that has changed; it ends with the browser."""
        if not session.modified:
            return
        if not session:
            response.delete_cookie(name(), path="/", httponly=True, samesite="Lax", secure=is_remote())
            return
        sealed = self._sealer.seal(msgspec.json.encode(dict(session)).decode())
        response.set_cookie(name(), sealed, httponly=True, samesite="Lax", secure=is_remote(), path="/")


def name() -> str:
    """What the cookie is called where it is asked for."""
    return REMOTE if is_remote() else NEAR


def is_remote() -> bool:
    """Tell whether the console is asked under another name than this machine's own."""
    return request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK
