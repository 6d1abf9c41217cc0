"""How a message says that its producer said it: a keyed digest as the last attribute of its frame.

Decides the form that relays write and receivers read, and which key is whose. It covers the very bytes that travel, so
nothing has to be brought into a canonical form. Must not know brokers or stores, nor what becomes of a forged message.
"""

import hmac
from collections.abc import Sequence
from enum import Enum, auto

from shared.kernel.keyring import Key, Secret, keyring_of

_ATTRIBUTE = b',"signature":"'
_END = b'"}'


class Authenticity(Enum):
    """What a frame's signature says of it."""

    GENUINE = auto()
    UNSIGNED = auto()
    FORGED = auto()  # changed on its way, or signed with another key than its source's


def signer_of(secret: Secret, service: str) -> "Signer":
    """Return what signs as a service, and knows its signature.

    The one place where its keys come from the house's secrets.

    Args:
        secret: the house's.

    Raises:
        ValueError: a secret is too short to protect anything.
    """
    return Signer(keyring_of(secret).keys(f"{service}/messages"))


class Signer:
    """Signs with one service's newest key, and knows each of its signatures again.

    Args:
        keys: the newest first, one at least. Beside the digest stands the id of the key that made it: what was signed
            before a secret was renewed is still known while it lies in queues.
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        self._own = keys[0]
        self._known = {key.id.encode(): key for key in keys}

    def sign(self, frame: bytes) -> bytes:
        """Return a frame with its signature.

        Args:
            frame: one message's JSON object, without a signature.
        """
        return b"".join((frame[:-1], _ATTRIBUTE, _mark(self._own, frame), _END))

    def judge(self, frame: bytes) -> Authenticity:
        """Tell whether a frame carries a signature of these keys, and no other byte than what was signed."""
        head, attribute, tail = frame.rpartition(_ATTRIBUTE)
        if not attribute:
            return Authenticity.UNSIGNED
        key = self._known.get(tail.partition(b".")[0])
        # In constant time: how far a guess is right must not be told by how long it takes.
        is_own = key is not None and hmac.compare_digest(tail, _mark(key, head + b"}") + _END)
        return Authenticity.GENUINE if is_own else Authenticity.FORGED


def _mark(key: Key, frame: bytes) -> bytes:
    return key.id.encode() + b"." + hmac.digest(key.value, frame, "sha256").hex().encode()
