"""A client's key for a request: of its caller and town, and of the body that it first came with."""

import hashlib
import json
from dataclasses import dataclass

from shared.kernel.canonical import content_hash


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as one request brings it, bound to the body it came with."""

    key: str
    body_hash: str


def claim_of(town: str, caller: tuple[str | None, ...], key: str, body: object) -> Claim:
    """Return the claim that a request makes: a key belongs to its caller and town."""
    return Claim(content_hash([town, list(caller), key]), _hash(body))


def _hash(body: object) -> str:
    """Return a hash of any JSON in any order of keys, also with numbers too large for the canonical form."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
