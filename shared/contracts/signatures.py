"""How a message says that its producer said it: a keyed digest as the last attribute of its frame.

Decides the form that relays write and receivers read, and which key is whose. It covers the very bytes that travel, so
nothing has to be brought into a canonical form. Must not know brokers or stores, nor what becomes of a forged message.
"""

import hashlib
import hmac
from enum import Enum, auto

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ATTRIBUTE = b',"signature":"'
_END = b'"}'


class Authenticity(Enum):
    """What a frame's signature says of it."""

    GENUINE = auto()
    UNSIGNED = auto()
    FORGED = auto()  # changed on its way, or signed with another key than its source's


def signing_key(secret: bytes, service: str) -> bytes:
    """Return the key with which a service signs what it says: 32 bytes.

    The one place where it comes from the house's secret.

    Args:
        secret: the house's.
    """
    info = f"gridcase messages of {service}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


class Signer:
    """Signs with one service's key, and knows its signature again.

    Args:
        key: see `signing_key`.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Beside the digest stands which key made it, by a fingerprint: so that another key can follow this one.
        self._name = hashlib.sha256(b"gridcase key " + key).hexdigest()[:8].encode()

    def sign(self, frame: bytes) -> bytes:
        """Return a frame with its signature.

        Args:
            frame: one message's JSON object, without a signature.
        """
        return b"".join((frame[:-1], _ATTRIBUTE, self._mark(frame), _END))

    def judge(self, frame: bytes) -> Authenticity:
        """Tell whether a frame carries this key's signature, and no other byte than what was signed."""
        head, attribute, tail = frame.rpartition(_ATTRIBUTE)
        if not attribute:
            return Authenticity.UNSIGNED
        # In constant time: how far a guess is right must not be told by how long it takes.
        is_own = hmac.compare_digest(tail, self._mark(head + b"}") + _END)
        return Authenticity.GENUINE if is_own else Authenticity.FORGED

    def _mark(self, frame: bytes) -> bytes:
        return self._name + b"." + hmac.digest(self._key, frame, "sha256").hex().encode()
