"""Cursors: where a list was left, opaque to the client and valid for that list alone.

Decides their form: the last row's sort values, bound by a keyed hash to the list and its filters, so that a
cursor can't be made up, nor carried to another town's list. Must not know what is listed.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

import orjson

from shared.kernel.canonical import canonical_bytes
from shared.kernel.keyring import KEY_SIZE, Secret, derived, keyring_of
from shared.web.catalogue import Catalogue

_SEAL = 16  # bytes of the keyed hash that a cursor carries: short in an address, and too many to guess
LONGEST = 1000  # characters of a cursor


class Cursors:
    """Writes and reads the cursors of one service.

    Args:
        secret: the deployment's; all processes of a service share it, so that any can continue another's list.
        catalogue: holds `bad-cursor`.
        service: whose lists they are; a cursor of one service is none of another.
    """

    def __init__(self, secret: Secret, catalogue: Catalogue, service: str = "") -> None:
        secrets = keyring_of(secret).secrets
        # Keys of their own: what is sealed here opens nothing else that the same secrets seal.
        self._keys = [derived(each, f"{service}/cursors".encode(), KEY_SIZE) for each in secrets]
        # Read and never written: lists that were begun under version 0.1 go on.
        self._read = [*self._keys, *(hashlib.sha256(b"cursor" + each).digest() for each in secrets)]
        self._catalogue = catalogue

    def write(self, last: Sequence[str | int], about: object) -> str:
        """Return the cursor that continues after the row with the sort values `last`.

        Args:
            last: in the order of the list's sorting; they can be read by whoever has the cursor.
            about: the list and its filters, as plain values; must be equal when the cursor is read.

        Raises:
            TypeError: `about` holds what is no JSON.
        """
        place = orjson.dumps(list(last))
        return base64.urlsafe_b64encode(_seal(self._keys[0], place, about) + place).decode().rstrip("=")

    def read(self, cursor: str, about: object) -> list[str | int]:
        """Return the sort values after which the list continues.

        Args:
            about: the list and its filters, as they were when the cursor was written.

        Raises:
            Problem: `bad-cursor` – made up, broken, or of another list.
        """
        try:
            raw = base64.urlsafe_b64decode(cursor[:LONGEST].encode() + b"=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError) as wrong:
            raise self._catalogue.problem("bad-cursor", {"field": "cursor"}) from wrong
        seal, place = raw[:_SEAL], raw[_SEAL:]
        # In constant time: how long a comparison takes must not tell how much of a guess was right.
        if not any(hmac.compare_digest(seal, _seal(key, place, about)) for key in self._read):
            raise self._catalogue.problem("bad-cursor", {"field": "cursor"})
        # Parsed only now: what bears the seal was written here, and is what it should be.
        found: list[str | int] = orjson.loads(place)
        return found


def _seal(key: bytes, place: bytes, about: object) -> bytes:
    # JSON in this form holds no line feed: none of the two parts can pass for the beginning of the other.
    return hmac.digest(key, canonical_bytes(about) + b"\n" + place, "sha256")[:_SEAL]
