"""Asking a provider who somebody is (OpenID Connect: code with PKCE), and holding what it says against its signature.

Decides which words of a provider are believed: an ID token for this house, of this attempt, not past its time, and
signed by a key that the provider shows at its own address, by an algorithm of two keys. Must not know accounts.
"""

import hmac
import threading
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin

import msgspec
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from services.registry.domain.providers import (
    LONGEST_SUBJECT,
    NotVouchedFor,
    OpenIdAttempt,
    Provider,
    ProviderAway,
)
from shared.kernel.clock import SystemClock, TimeSource

ALGORITHMS = ("RS256", "ES256")  # a key of one secret for both sides would let whoever verifies sign
TIMEOUT_SECONDS = 10.0
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 60
LARGEST_ANSWER = 2**20  # bytes
_Said = TypeVar("_Said", bound=Struct)
_WELL_KNOWN = ".well-known/openid-configuration"


class Discovery(Struct, frozen=True):
    """Where a provider is asked for what, as it says itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Answer(Struct, frozen=True):
    """What comes for a code, as far as it is looked at."""

    id_token: str = ""


class _Claims(Struct, frozen=True):
    """What an ID token says of the attempt that it was made for."""

    nonce: str = ""
    azp: str | None = None


@dataclass(slots=True)
class OpenIdProvider:
    """One provider; shared by all threads.

    Args:
        clock: real time, in which tokens of others end.
    """

    provider: Provider
    clock: TimeSource = field(default_factory=SystemClock)
    _discovered: tuple[float, Discovery] | None = None
    _keys: tuple[float, KeySet] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def address_for(self, attempt: OpenIdAttempt, state: str) -> str:
        """Return where somebody is sent to sign in.

        Raises:
            ProviderAway.
        """
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._discovery().authorization_endpoint,
                state=state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
            )
        return str(address)

    def subject_of(self, code: str, attempt: OpenIdAttempt) -> str:
        """Return whom the provider vouches for.

        Raises:
            ProviderAway, NotVouchedFor.
        """
        found = self._discovery()
        with self._client() as client:
            try:
                answer = client.fetch_token(
                    found.token_endpoint,
                    code=code,
                    code_verifier=attempt.verifier,
                    grant_type="authorization_code",
                    timeout=TIMEOUT_SECONDS,
                )
            except requests.RequestException as away:
                raise ProviderAway(self.provider.key) from away
            except (AuthlibBaseError, ValueError) as refused:
                raise NotVouchedFor("code") from refused
        return self._verified(_read(answer, _Answer).id_token, attempt, found.issuer)

    def _verified(self, id_token: str, attempt: OpenIdAttempt, issuer: str) -> str:
        try:
            claims = self._decoded(id_token).claims
            wanted = jwt.JWTClaimsRegistry(
                now=lambda: int(self._now()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": issuer},
                aud={"essential": True, "value": self.provider.client},
                exp={"essential": True},
                iat={"essential": True},
            )
            wanted.validate(claims)
        except (JoseError, ValueError) as wrong:
            raise NotVouchedFor("id-token") from wrong
        said = _read(claims, _Claims)
        if not hmac.compare_digest(said.nonce.encode(), attempt.nonce.encode()):
            raise NotVouchedFor("nonce")
        # One that names several houses says which of them it was made for.
        if said.azp not in (None, self.provider.client):
            raise NotVouchedFor("azp")
        subject = claims.get(self.provider.claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise NotVouchedFor("claim")
        return subject

    def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Signed by a key that was not there when they were looked at, perhaps: looked at once more.
            return jwt.decode(id_token, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _discovery(self) -> Discovery:
        with self._lock:
            if self._discovered is None or self._discovered[0] <= self._now():
                address = urljoin(f"{self.provider.issuer.rstrip('/')}/", _WELL_KNOWN)
                found = self._convert(_fetched(address), Discovery)
                if found.issuer != self.provider.issuer:
                    raise ProviderAway("issuer")
                self._discovered = (self._now() + KEPT_SECONDS, found)
            return self._discovered[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._discovery().jwks_uri
        with self._lock:
            if anew or self._keys is None or self._keys[0] <= self._now():
                try:
                    keys = KeySet.import_key_set(msgspec.json.decode(_fetched(address)))
                except (JoseError, ValueError, TypeError, KeyError) as wrong:
                    raise ProviderAway("keys") from wrong
                self._keys = (self._now() + KEPT_SECONDS, keys)
            return self._keys[1]

    def _convert(self, answer: bytes, kind: type[Discovery]) -> Discovery:
        try:
            return msgspec.json.decode(answer, type=kind)
        except ValueError as wrong:
            raise ProviderAway("discovery") from wrong

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _client(self) -> Any:
        return OAuth2Session(
            self.provider.client,
            self.provider.secret,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the name of a method
            scope="openid",
            redirect_uri=self.provider.returns_to,
            code_challenge_method="S256",
        )


def _read(said: Any, kind: type[_Said]) -> _Said:
    try:
        return msgspec.convert(dict(said), kind)
    except ValueError as wrong:
        raise NotVouchedFor("form") from wrong


def _fetched(address: str) -> bytes:
    try:
        with requests.get(address, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False) as answer:
            answer.raise_for_status()
            return answer.raw.read(LARGEST_ANSWER, decode_content=True)
    except requests.RequestException as away:
        raise ProviderAway(address) from away
