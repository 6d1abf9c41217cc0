"""The deployment's secrets, and the keys made of them: one for each service and purpose, known by its id.

Decides how keys are derived and which of several secrets is used: the newest closes and signs, every one of them still
opens and verifies. What a key does is its user's to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_SECRET = 16  # bytes
KEY_SIZE = 32  # bytes: AES-256, HMAC-SHA-256
_ID_SIZE = 4  # bytes; enough to tell a deployment's few secrets apart, too few to say anything about them
_KEYS = "gridcase keys 1\n"  # another derivation would be 'keys 2'


@dataclass(frozen=True, slots=True)
class Key:
    """A key for one purpose.

    Args:
        id: of the secret that it was made of, eight hexadecimal digits; stands in what the key closed.
        value: 32 bytes.
    """

    id: str
    value: bytes = field(repr=False)


@dataclass(frozen=True)
class Keyring:
    """A deployment's secrets.

    Args:
        secrets: the newest first; older ones stay for as long as anything that they closed is to be opened.

    Raises:
        ValueError: there is none.
    """

    secrets: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secrets:
            raise ValueError("a deployment has a secret")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the secrets, the newest first. Nothing can be reckoned back from them."""
        return tuple(derived(secret, (_KEYS + "id").encode(), _ID_SIZE).hex() for secret in self.secrets)

    def keys(self, purpose: str) -> tuple[Key, ...]:
        """Return the keys for a purpose, the newest first.

        Args:
            purpose: service and purpose, such as 'intake/history'; what one opens no other does.

        Raises:
            ValueError: a secret is too short to protect anything.
        """
        if any(len(secret) < SHORTEST_SECRET for secret in self.secrets):
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes")
        info = (_KEYS + purpose).encode()
        pairs = zip(self.ids, self.secrets, strict=True)
        return tuple(Key(id_, derived(secret, info, KEY_SIZE)) for id_, secret in pairs)


# One secret, as it always was, or several of which the first is the newest.
Secret: TypeAlias = bytes | Keyring


def keyring_of(secret: Secret | Sequence[bytes]) -> Keyring:
    """Return a keyring of whatever a deployment has."""
    if isinstance(secret, Keyring):
        return secret
    return Keyring((secret,) if isinstance(secret, bytes) else tuple(secret))


def derived(secret: bytes, info: bytes, size: int) -> bytes:
    """Return a key made of a secret for one purpose (HKDF with SHA-256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=info).derive(secret)
