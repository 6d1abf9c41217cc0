"""Sealing identities with a key made from the deployment's secret for this purpose alone.

Whoever holds the store without the secret reads no identity.
"""

from collections.abc import Mapping

import orjson

from shared.contracts.sealed import Sealer, SealPurpose, Unreadable
from shared.kernel.keyring import Secret

PURPOSE = SealPurpose("intake/reporter-identities", b"gridcase reporter identities")


class IdentitySeal:
    """Closes and opens identities.

    Args:
        secret: at least 16 bytes; whoever lacks it can't read any identity, not even in a stolen store.

    Raises:
        ValueError: the secret is shorter than that.
    """

    def __init__(self, secret: Secret) -> None:
        self._sealer = Sealer(secret, PURPOSE)

    def close(self, identity: Mapping[str, str]) -> bytes:
        """Return the identity in sealed form."""
        return self._sealer.seal(orjson.dumps(dict(identity)).decode()).encode()

    def open(self, sealed: bytes) -> dict[str, str]:
        """Return the identity that was sealed.

        Raises:
            ValueError: sealed with another secret, or changed since.
        """
        try:
            found: dict[str, str] = orjson.loads(self._sealer.open(sealed.decode()))
        except Unreadable as wrong:
            raise ValueError("this identity was sealed with another secret, or changed since") from wrong
        return found
