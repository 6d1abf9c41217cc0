"""The one module that makes ids.

An id sorts by the instant at which it was made (UUID version 7, RFC 9562), so that
indexes on it grow at one end. Must not know what the ids are for.
"""

import secrets
import time
import uuid
from collections.abc import Callable

NewId = Callable[[], str]


def new_id() -> str:
    """Return a new UUID version 7 in its canonical text form."""
    millis = time.time_ns() // 1_000_000
    bits = (
        (millis & (2**48 - 1)) << 80
        | 0x7 << 76
        | secrets.randbits(12) << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )
    return str(uuid.UUID(int=bits))


def counted_ids(prefix: int = 0) -> NewId:
    """Return a maker of predictable ids (1, 2, 3 … in UUID form): for simulations, whose runs must repeat."""
    state = {"last": 0}

    def make() -> str:
        state["last"] += 1
        return str(uuid.UUID(int=(prefix << 80) | 0x7 << 76 | 0b10 << 62 | state["last"]))

    return make


def new_secret() -> str:
    """Return an unguessable token text of 43 characters, safe in URLs."""
    return secrets.token_urlsafe(32)
