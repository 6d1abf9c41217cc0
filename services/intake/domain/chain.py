"""A history as a hash chain: any changed bit is found.

Each entry's hash covers its content and the hash before it. Free texts stand beside the chain: an entry
holds a salted digest of each, so that a text can be erased and the chain stays whole. No entry names a
person.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from shared.kernel.canonical import content_hash
from shared.kernel.subject import Subject

BEGINNING = "0" * 64
S = TypeVar("S", bound=Struct)


class _Digests(Struct, frozen=True):
    """The digests among an entry's data, by the names of its free texts."""

    texts: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry.

    Args:
        n: 1, 2, 3 … within the history of its subject.
        at: RFC 3339, UTC.
        by: who, and data: what it says, as JSON and as it was hashed: nothing may stand between.
        texts: free texts that the entry's digests stand for: name → salt and text; None once erased.
    """

    subject: Subject
    n: int
    at: str
    what: str
    by: Raw
    data: Raw
    previous: str
    hash: str
    texts: Mapping[str, tuple[str, str]] | None = None

    def read(self, shape: type[S]) -> S:
        """Return what it says as a type, without what the type does not name.

        Raises:
            msgspec.ValidationError: it says something else.
        """
        return msgspec.json.decode(self.data, type=shape)


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether a chain is whole; if not, at which entry it breaks and why."""

    whole: bool
    entries: int
    head: str
    broken_at: int | None = None
    cause: str | None = None


def link(subject: str, n: int, at: str, what: str, by: object, data: object, previous: str) -> str:
    """Return the hash of an entry: over its content and the hash before it.

    Args:
        subject: key of the subject whose history it is; by, data: plain values.
    """
    return content_hash([subject, n, at, what, by, data, previous])


def digest(salt: str, text: str) -> str:
    """Return the salted digest that stands in the chain for a free text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def verify_chain(entries: Iterable[HistoryEntry], count: int, head: str) -> ChainCheck:
    """Hold every entry against the one before it, and the last against what is known of the chain's end.

    Args:
        entries: all entries in their order.
        count: how many there must be; entries cut off at the end are found by it.
        head: hash that the last entry must have.
    """
    previous, seen = BEGINNING, 0
    for entry in entries:
        if cause := _fault(entry, seen + 1, previous):
            return ChainCheck(False, seen, previous, seen + 1, cause)
        previous, seen = entry.hash, seen + 1
    if seen != count or previous != head:
        return ChainCheck(False, seen, previous, seen + 1, "end")
    return ChainCheck(True, seen, previous)


def _fault(entry: HistoryEntry, n: int, previous: str) -> str | None:
    if entry.n != n:
        return "missing"
    if entry.previous != previous:
        return "previous"
    if entry.hash != _hash_of(entry):
        return "content"
    return "text" if _has_other_text(entry) else None


def _hash_of(entry: HistoryEntry) -> str:
    by, data = msgspec.json.decode(entry.by), msgspec.json.decode(entry.data)
    return link(entry.subject.key, entry.n, entry.at, entry.what, by, data, entry.previous)


def _has_other_text(entry: HistoryEntry) -> bool:
    """A text that was put in another's place does not fit its digest; one that was erased is no fault."""
    if not entry.texts:
        return False
    digests = entry.read(_Digests).texts
    return any(digests.get(name) != digest(salt, text) for name, (salt, text) in entry.texts.items())
