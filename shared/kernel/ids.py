"""The one module that makes ids.

An id sorts by the instant at which it was made (UUID version 7, RFC 9562), so that
indexes on it grow at one end. What belongs to something and must have the same id however often it is made has one that
is derived from that thing's (version 8). Must not know what the ids are for.
"""

import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime

import msgspec

NewId = Callable[[], str]
_LAST_80 = 2**80 - 1  # of a UUID's 128 bits all but its instant: the first 48 are milliseconds since 1970
_LAST_62 = 2**62 - 1
_VARIANT = 0b10 << 62
_making = threading.Lock()
_latest = 0  # the id made last, without version and variant


def new_id() -> str:
    """Return a new UUID version 7 in its canonical text form: 36 characters, hexadecimal digits in lower case.

    It is higher than every one that this process made before: of two made in one millisecond, or while the clock was
    set back, the second is the later one too.
    """
    made = _next(time.time_ns() // 1_000_000 << 74 | secrets.randbits(74))
    # As RFC 9562, section 5.7, draws it: instant, version, 12 bits, variant, 62 bits. Written out at once:
    # several ids are made for every case, and a UUID object would be made for its text alone.
    head, tail = f"{made >> 62:015x}", f"{_VARIANT | made & _LAST_62:016x}"
    return f"{head[:8]}-{head[8:12]}-7{head[12:]}-{tail[:4]}-{tail[4:]}"


def _next(candidate: int) -> int:
    """A candidate, or a little more than the one before where that is higher (RFC 9562, section 6.2, method 2)."""
    global _latest
    with _making:
        _latest = candidate if candidate > _latest else _latest + 1 + secrets.randbits(32)
        return _latest


def first_id_at(at: datetime) -> str:
    """Return the least id that can have been made at an instant: ids sort as the instants of their making do.

    It is a bound to compare with, and no id of anything: its version is 0.

    Args:
        at: aware; counted in whole milliseconds, what is less is cut off.
    """
    millis = int(at.timestamp() * 1000)
    return str(uuid.UUID(int=(millis & (2**48 - 1)) << 80))


def derived_id(owner: str, *parts: str | int) -> str:
    """Return the id that these parts of an owner always have: a UUID of version 8, filled from a SHA-256.

    It begins as the owner's id does, whose first 48 bits are an instant: what belongs together lies together in an
    index, and indexes go on growing at one end.

    Args:
        owner: id of the owner; one that is no UUID gives hashed bits instead of an instant.
        parts: what tells it from the owner's other things.
    """
    # JSON keeps the parts apart: ("a", "bc") and ("ab", "c") have different ids.
    digest = int.from_bytes(hashlib.sha256(msgspec.json.encode([owner, *parts])).digest()[:16])
    try:
        instant = uuid.UUID(owner).int & ~_LAST_80
    except ValueError:
        instant = digest & ~_LAST_80
    # Version and variant take the place of hashed bits, so that it is a UUID to everybody else.
    bits = (instant | digest & _LAST_80) & ~(0xF << 76 | 0b11 << 62)
    return str(uuid.UUID(int=bits | 0x8 << 76 | 0b10 << 62))


def counted_ids(prefix: int = 0) -> NewId:
    """Return a maker of predictable ids (1, 2, 3 … in UUID form): for simulations, whose runs must repeat.

    Not for several threads at once: who comes first would decide which id belongs to what.

    Args:
        prefix: what stands where others have an instant, 0 … 2**48 - 1; makers of one simulation must have different
            ones, or their ids meet.
    """
    state = {"last": 0}

    def make() -> str:
        state["last"] += 1
        return str(uuid.UUID(int=(prefix << 80) | 0x7 << 76 | 0b10 << 62 | state["last"]))

    return make


def new_secret() -> str:
    """Return an unguessable token text of 43 characters, safe in URLs."""
    return secrets.token_urlsafe(32)
