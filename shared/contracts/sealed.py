"""How texts are sealed: AES-256-GCM under a key for one purpose, its id beside it.

Decides the form that the one who seals and the one who opens agree on, such as for the addresses in
`membership.changed`: 'g1.<key id>.<base64 of nonce, ciphertext and tag>'. What version 0.1 sealed (Fernet: AES-128-CBC
with HMAC-SHA-256) is opened too, and never made again. Whoever carries a sealed text, or keeps it, reads nothing.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.keyring import KEY_SIZE, Secret, derived, keyring_of

_FORM = "g1"
_NONCE = 12  # bytes, drawn by chance: safe for some 2^32 texts under one key (NIST SP 800-38D section 8.3)


@dataclass(frozen=True, slots=True)
class SealPurpose:
    """What is sealed; a key made for one purpose opens nothing of another.

    Args:
        name: service and purpose.
        before: how version 0.1 named it.
    """

    name: str
    before: bytes


ADDRESSES = SealPurpose("registry-notify/addresses", b"gridcase membership addresses")


class Unreadable(Exception):
    """A sealed text of another secret, or one that was changed."""


class Sealer:
    """Seals with the newest secret and opens what any of them sealed.

    Args:
        secret: the deployment's; at least 16 bytes each.
        purpose: what is sealed.

    Raises:
        ValueError: a secret is too short to protect anything.
    """

    def __init__(self, secret: Secret, purpose: SealPurpose = ADDRESSES) -> None:
        ring = keyring_of(secret)
        keys = ring.keys(purpose.name)
        self._newest = keys[0].id
        self._ciphers = {key.id: AESGCM(key.value) for key in keys}
        self._before = MultiFernet([_fernet(each, purpose.before) for each in ring.secrets])

    def seal(self, text: str) -> str:
        """Return the sealed form; sealing twice gives two forms, so that equal texts can't be told."""
        nonce = os.urandom(_NONCE)
        closed = self._ciphers[self._newest].encrypt(nonce, text.encode(), _bound(self._newest))
        return f"{_FORM}.{self._newest}.{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def seal_all(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """Return channel → sealed address; which channels somebody has stays readable.

        Args:
            addresses: channel → address, in clear.
        """
        return {channel: self.seal(address) for channel, address in addresses.items()}

    def open(self, sealed: str) -> str:
        """Return the text.

        Args:
            sealed: what `seal` returned, with one of the same secrets and for the same purpose.

        Raises:
            Unreadable: it was sealed with another secret, or changed.
        """
        try:
            return self._opened(sealed)
        except (InvalidTag, InvalidToken, KeyError, ValueError, binascii.Error) as wrong:
            raise Unreadable("sealed with another secret, or changed") from wrong

    def _opened(self, sealed: str) -> str:
        form, _, rest = sealed.partition(".")
        if form != _FORM:
            return self._before.decrypt(sealed.encode()).decode()
        key, _, closed = rest.partition(".")
        raw = base64.urlsafe_b64decode(closed.encode())
        return self._ciphers[key].decrypt(raw[:_NONCE], raw[_NONCE:], _bound(key)).decode()


def _bound(key: str) -> bytes:
    """Form and key's id are no secret, and can't be changed either."""
    return f"{_FORM}.{key}".encode()


def _fernet(secret: bytes, purpose: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(secret, purpose, KEY_SIZE)))
