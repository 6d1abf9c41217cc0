"""A provider of OpenID Connect on loopback: it gives each code once, asks for PKCE, and signs with its key."""

import hashlib
import hmac
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET, RETURN = "gridcase", "a secret of the client's", "http://127.0.0.1/back"


@dataclass
class TestedProvider:
    """A provider, and what of its words is wrong on purpose.

    Args:
        claims: take the place of the right ones in every ID token.
        algorithm: with which it signs; key: of what it shows and signs with.
        signs_with: another key than the one that it shows.
    """

    __test__ = False

    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    signs_with: Any = None
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer_said: str = ""

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self, address: str, subject: str) -> tuple[str, str]:
        """Sign somebody in where the house sends them; return the code and the state to come back with."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["client_id"], asked["redirect_uri"], asked["response_type"]) == (CLIENT, RETURN, "code")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = {
            "challenge": asked["code_challenge"],
            "nonce": asked["nonce"],
            "sub": subject,
        }
        return code, asked["state"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        """Answer a request."""
        answers = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/token": self._token,
        }
        status, body = answers[environ["PATH_INFO"]](environ)
        start_response(status, [("Content-Type", "application/json")])
        return iter([orjson.dumps(body)])

    def _discovery(self, _environ: WSGIEnvironment) -> tuple[str, Any]:
        return "200 OK", {
            "issuer": self.issuer_said or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
        }

    def _keys(self, _environ: WSGIEnvironment) -> tuple[str, Any]:
        return "200 OK", KeySet([self.key]).as_dict(private=False)

    def _token(self, environ: WSGIEnvironment) -> tuple[str, Any]:
        length = int(environ["CONTENT_LENGTH"])
        sent = {
            name: values[0] for name, values in parse_qs(environ["wsgi.input"].read(length).decode()).items()
        }
        client = b64decode(environ["HTTP_AUTHORIZATION"].removeprefix("Basic ")).decode()
        known = self.codes.pop(sent["code"], None)  # each once
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if known is None or known["challenge"] != challenge or client.partition(":")[0] != CLIENT:
            return "400 Bad Request", {"error": "invalid_grant"}
        return "200 OK", {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token(known)}

    def _id_token(self, known: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": known["sub"],
            "nonce": known["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        header = {"alg": self.algorithm, "kid": "k1"}
        if self.algorithm == "HS256":
            return self._signed_with_public_key(header, claims)
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[self.algorithm])

    def _signed_with_public_key(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """By hand: no library does this any more."""
        signed = b".".join(map(_base64, (orjson.dumps(header), orjson.dumps(claims))))
        mark = hmac.digest(self.key.as_pem(private=False), signed, "sha256")
        return b".".join((signed, _base64(mark))).decode()


def _base64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


class _Silent(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def provider_at_work() -> Iterator[TestedProvider]:
    """Run a provider in a thread of its own."""
    provider = TestedProvider()
    server = make_server("127.0.0.1", 0, provider, handler_class=_Silent)  # type: ignore[arg-type]
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
