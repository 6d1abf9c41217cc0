"""How the addresses in `membership.changed` are sealed (Fernet: AES-128-CBC with HMAC-SHA-256).

Decides the form that the sender and the one reader agree on. The key is made from the deployment's secret;
whoever carries the message, or keeps it, reads nothing.
"""

import base64
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_SECRET = 16
ADDRESSES = b"gridcase membership addresses"


class Unreadable(Exception):
    """A sealed text of another secret, or one that was changed."""


class Sealer:
    """Seals and opens addresses.

    Args:
        secret: the deployment's; at least 16 bytes.
        purpose: what is sealed; a key made for one purpose opens nothing of another.

    Raises:
        ValueError: the secret is too short to protect anything.
    """

    def __init__(self, secret: bytes, purpose: bytes = ADDRESSES) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes")
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        """Return the sealed form; sealing twice gives two forms, so that equal addresses can't be told."""
        return self._fernet.encrypt(text.encode()).decode()

    def seal_all(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """Return channel → sealed address; which channels somebody has stays readable.

        Args:
            addresses: channel → address, in clear.
        """
        return {channel: self.seal(address) for channel, address in addresses.items()}

    def open(self, sealed: str) -> str:
        """Return the text.

        Args:
            sealed: what `seal` returned, with the same secret and for the same purpose.

        Raises:
            Unreadable: it was sealed with another secret, or changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError) as wrong:
            raise Unreadable("sealed with another secret, or changed") from wrong
