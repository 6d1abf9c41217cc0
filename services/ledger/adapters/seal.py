"""Sealing facts of entries, and digests by which equal ones are found, with keys made for this purpose alone.

A digest tells that two values are the same to whoever has the secret, and nothing to anybody else. After a rotation
digests by older secrets are still found (`digests`).
"""

import hmac
from collections.abc import Collection

import msgspec

from services.ledger.domain.statements import Seal
from shared.contracts.sealed import Sealer, SealPurpose, Unreadable
from shared.kernel.keyring import Secret, keyring_of
from shared.rules.logic.facts import Value

PURPOSE = SealPurpose("ledger/sealed-facts", b"gridcase ledger facts")
_DIGESTS = "ledger/digests"
_SIZE = 16  # bytes: among a million entries none meets another by chance


class FactSeal:
    """Closes and opens sealed facts.

    Args:
        secret: the deployment's.

    Raises:
        ValueError: the secret is too short to protect anything.
    """

    def __init__(self, secret: Secret) -> None:
        self._sealer = Sealer(secret, PURPOSE)
        self._keys = [key.value for key in keyring_of(secret).keys(_DIGESTS)]

    def close(self, town: str, fact: str, value: Value, known: Collection[str] = ()) -> Seal:
        """Return a value in sealed form.

        Args:
            known: digests that the entry has of this fact: an equal value gets the one that it has, whichever secret
                made it.
        """
        text, made = msgspec.json.encode(value), self.digests(town, fact, value)
        return Seal(self._sealer.seal(text.decode()), next((each for each in made if each in known), made[0]))

    def open(self, seal: Seal) -> Value:
        """Return what was sealed.

        Raises:
            ValueError: sealed with another secret, or changed since.
        """
        try:
            found: Value = msgspec.json.decode(self._sealer.open(seal.text))
        except Unreadable as wrong:
            raise ValueError("this fact was sealed with another secret, or changed since") from wrong
        return found

    def digests(self, town: str, *parts: Value) -> tuple[str, ...]:
        """Return what is the same for equal parts, by each secret, the newest first."""
        said = msgspec.json.encode([town, *parts])
        return tuple([hmac.digest(key, said, "sha256")[:_SIZE].hex() for key in self._keys])
