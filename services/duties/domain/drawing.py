"""Drawing by lot, so that anybody who has the seed draws the same again.

The lot of a thing is HMAC-SHA-256 of its reference under the seed: the seed's bytes are the key, the reference in UTF-8
the message. Of each stratum those with the least lots are drawn, compared as bytes; of equal lots the lesser reference.
Knows no store, and holds no more than what it draws.
"""

import hashlib
import hmac
from collections.abc import Iterable
from heapq import nsmallest

ALGORITHM = "hmac-sha-256"
_WHOLE = 100  # per cent


def lot_of(seed: str, reference: str) -> bytes:
    """Return the lot of a thing.

    Args:
        seed: hexadecimal.
    """
    return hmac.new(bytes.fromhex(seed), reference.encode(), hashlib.sha256).digest()


def draw(seed: str, references: Iterable[str], number: int) -> list[str]:
    """Return so many of some references, in the order of their lots; all where there are not so many.

    Args:
        references: each once, in any order.
    """
    return nsmallest(number, references, key=lambda reference: (lot_of(seed, reference), reference))


def share_of(number: int, percent: int) -> int:
    """Return how many are a share: a part of a thing is a thing, so 30 per cent of four are two."""
    return -(-percent * number // _WHOLE)
