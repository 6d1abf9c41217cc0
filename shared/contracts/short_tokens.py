"""Short tokens: what the registry signs for a session, and every service verifies without asking anybody (decision 44).

Decides the form of such a token, and by which mark in a service's copy of tokens the end of a session is known. It
opens what its grant says until its end comes, a quarter of an hour later at most. Must not know stores or sessions.

    gs1.<key id>.<grant, base64>.<HMAC-SHA-256 of all before it, base64>
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from shared.kernel.keyring import Secret, keyring_of

LIFETIME = timedelta(minutes=15)
LONGEST = 6000  # characters: with all else it fits into the head of a request (`flow.serving.limits`)
FOLLOWER = (
    "follower"  # in place of a role: a reporter of one case alone; a service that does not know it refuses
)
SESSION = "session"  # in place of a role: what is said of an ended session opens nothing
_FORM = "gs1"
_PURPOSE = "registry/short-tokens"


class Grant(Struct, frozen=True, array_like=True):
    """What a short token allows, and to whom it was given.

    Args:
        session: reference of the session that it was issued for; records name the token by it.
        unit: 'jurisdiction/unit' that it speaks for; person: a reference.
        towns: towns that it reaches; ('*',) for an engineer of the whole platform.
        ends_at: whole seconds since 1970, UTC.
        case: id of the one case that a follower sees; '': whatever the role may.
    """

    session: str
    role: str
    unit: str | None
    person: str
    towns: tuple[str, ...]
    ends_at: int
    case: str = ""

    @property
    def valid_until(self) -> datetime:
        """The instant at which it ends."""
        return datetime.fromtimestamp(self.ends_at, UTC)


class ShortTokens:
    """Signs short tokens with the newest secret and verifies what any of them signed.

    Args:
        secret: the deployment's; at least 16 bytes each.

    Raises:
        ValueError: a secret is too short to protect anything.
    """

    def __init__(self, secret: Secret) -> None:
        keys = keyring_of(secret).keys(_PURPOSE)
        self._newest = keys[0].id
        self._keys = {key.id: key.value for key in keys}

    def sign(self, grant: Grant) -> str:
        """Return the token of a grant."""
        signed = f"{_FORM}.{self._newest}.{_text(msgspec.json.encode(grant))}"
        return f"{signed}.{_mark(self._keys[self._newest], signed)}"

    def read(self, token: str) -> Grant | None:
        """Return what a token grants; None: nobody here signed it. Whether it has ended is the caller's to ask.

        Args:
            token: as it was shown.
        """
        signed, _, mark = token.rpartition(".")
        form, _, rest = signed.partition(".")
        key_id, _, grant = rest.partition(".")
        key = self._keys.get(key_id) if form == _FORM else None
        # In constant time: how far a guess is right must not be told by how long it takes.
        if key is None or not hmac.compare_digest(mark.encode(), _mark(key, signed).encode()):
            return None
        return _grant(grant)


def is_short(token: str) -> bool:
    """Tell whether a token has the form of a short one, signed by whomever."""
    return token.startswith(f"{_FORM}.")


def mark_of_end(session: str) -> str:
    """Return the hash under which `token.changed` says that a session has ended, and all its tokens with it.

    No token has this hash: a short one is known by its signature, any other is no text of this form.
    """
    return hashlib.sha256(f"{SESSION} {session}".encode()).hexdigest()


def _mark(key: bytes, signed: str) -> str:
    return _text(hmac.digest(key, signed.encode(), "sha256"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _grant(text: str) -> Grant | None:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Grant)
    except (binascii.Error, ValueError):  # signed by a later version, in a form that is not known here
        return None
