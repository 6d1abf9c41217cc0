"""One byte form for every value that is hashed, so that equal things have equal hashes everywhere."""

import hashlib
from collections.abc import Mapping, Sequence

import orjson

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical_bytes(value: object) -> bytes:
    """Return `value` as JSON with sorted keys and no spaces: equal values give equal bytes.

    Args:
        value: plain values. A Struct or an enum is made plain first (`msgspec.to_builtins`), and kept in that form:
            what is read back must hash as it did when it was written.

    Raises:
        TypeError: the value is not JSON (only plain types are hashed).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_hash(value: object) -> str:
    """Return the SHA-256 of the canonical form, 64 hexadecimal digits.

    Raises:
        TypeError: the value is not JSON.
    """
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
