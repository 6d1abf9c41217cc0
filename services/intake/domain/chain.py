"""The case file's history as a hash chain: any changed bit is found.

Each entry's hash covers its content and the hash before it. Free texts stand beside the chain: an entry
holds a salted digest of each, so that a text can be erased and the chain stays whole. No entry names a
person.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.canonical import content_hash

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Args:
        n: 1, 2, 3 … within the case.
        at: RFC 3339, UTC.
        texts: free texts that the entry's digests stand for: name → salt and text; None once erased.
    """

    case: str
    n: int
    at: str
    what: str
    by: Mapping[str, Any]
    data: Mapping[str, Any]
    previous: str
    hash: str
    texts: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain is whole; if not, at which entry it breaks and why."""

    whole: bool
    entries: int
    head: str
    broken_at: int | None = None
    cause: str | None = None


def link(
    case: str, n: int, at: str, what: str, by: Mapping[str, Any], data: Mapping[str, Any], previous: str
) -> str:
    """Return the hash of an entry: over its content and the hash before it."""
    return content_hash([case, n, at, what, by, data, previous])


def digest(salt: str, text: str) -> str:
    """Return the salted digest that stands in the chain for a free text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def verify_chain(entries: Iterable[Entry], count: int, head: str) -> Verdict:
    """Hold every entry against the one before it, and the last against the case's own note of it.

    Args:
        entries: all entries in their order.
        count: how many the case knows of; entries cut off at the end are found by it.
        head: hash of the last entry as the case knows it.
    """
    previous, seen = BEGINNING, 0
    for entry in entries:
        if cause := _fault(entry, seen + 1, previous):
            return Verdict(False, seen, previous, seen + 1, cause)
        previous, seen = entry.hash, seen + 1
    if seen != count or previous != head:
        return Verdict(False, seen, previous, seen + 1, "end")
    return Verdict(True, seen, previous)


def _fault(entry: Entry, n: int, previous: str) -> str | None:
    if entry.n != n:
        return "missing"
    if entry.previous != previous:
        return "previous"
    content = link(entry.case, entry.n, entry.at, entry.what, entry.by, entry.data, entry.previous)
    if entry.hash != content:
        return "content"
    digests = entry.data.get("texts", {})
    texts = entry.texts or {}
    return (
        "text"
        if any(digests.get(name) != digest(salt, text) for name, (salt, text) in texts.items())
        else None
    )
