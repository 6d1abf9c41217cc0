"""Keys of histories: what whoever can write the store, and has no secret, can't make.

Decides what is signed of a history beside its entries' hashes: its plain beginning, from before there were keys, and
from when on there are.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from shared.kernel.canonical import canonical_bytes
from shared.kernel.keyring import Key, Secret, keyring_of

PURPOSE = "intake/history"


@dataclass(frozen=True, slots=True)
class PlainBeginning:
    """The part of a history that has plain hashes.

    Args:
        subject: key of the subject whose history it is.
        n, head: its last plain entry, and that one's hash.
        key, seal: id of the key by which it was sealed, and the seal.
    """

    subject: str
    n: int
    head: str
    key: str
    seal: str


@dataclass(frozen=True)
class ChainKeys:
    """The keys of a deployment for its histories.

    Args:
        secret: the deployment's.
    """

    secret: Secret

    @cached_property
    def newest(self) -> Key:
        """The key of what is written now."""
        return keyring_of(self.secret).keys(PURPOSE)[0]

    @cached_property
    def _by_id(self) -> dict[str, Key]:
        return {key.id: key for key in keyring_of(self.secret).keys(PURPOSE)}

    def find(self, id_: str | None) -> Key | None:
        """Return the key of this id; None: it is not among them."""
        return self._by_id.get(id_) if id_ is not None else None

    def seal(self, subject: str, n: int, head: str) -> PlainBeginning:
        """Seal the plain beginning of a history as it stands."""
        return PlainBeginning(
            subject, n, head, self.newest.id, mac_of(self.newest, ["plain", subject, n, head])
        )

    def sealed(self, plain: PlainBeginning) -> bool:
        """Tell whether a plain beginning is the one that was sealed."""
        return self.signed(plain.key, plain.seal, ["plain", plain.subject, plain.n, plain.head])

    def sign(self, content: Sequence[object]) -> tuple[str, str]:
        """Return the newest key's id and its signature of what is no entry, such as a day's head."""
        return self.newest.id, mac_of(self.newest, content)

    def signed(self, key: str, mac: str, content: Sequence[object]) -> bool:
        """Tell whether something bears the signature of one of these keys."""
        known = self.find(key)
        return known is not None and hmac.compare_digest(mac_of(known, content), mac)


def mac_of(key: Key, content: object) -> str:
    """Return the HMAC-SHA-256 of plain values, 64 hexadecimal digits."""
    return hmac.digest(key.value, canonical_bytes(content), "sha256").hex()
