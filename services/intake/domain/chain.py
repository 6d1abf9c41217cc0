"""A history as a hash chain: any changed bit is found, and whoever has no key can't make another chain.

Each entry's hash covers its content and the hash before it, under a key that the store does not hold. Free texts stand
beside the chain: an entry holds a salted digest of each, so that a text can be erased, which a later entry says, and
the chain stays whole. No entry names a person.

Entries of version 0.1 have plain hashes. Where a history begins with such, a seal of its plain beginning was kept when
keys came (`chain_keys`): up to there plain hashes are right, and nowhere else.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from services.intake.domain.chain_keys import ChainKeys, PlainBeginning, mac_of
from shared.kernel.canonical import content_hash
from shared.kernel.keyring import Key
from shared.kernel.subject import Subject
from shared.rules.pack.model import DataClass

BEGINNING = "0" * 64
S = TypeVar("S", bound=Struct)


class _Digests(Struct, frozen=True):
    """The digests among an entry's data, by the names of its free texts."""

    texts: dict[str, str] = {}


class _Erased(Struct, frozen=True):
    """What an entry 'erased' says (`entries.ErasedEntry`): of 'texts' every text of the entries before it went."""

    data: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry.

    Args:
        n: 1, 2, 3 … within the history of its subject.
        at: RFC 3339, UTC.
        by: who, and data: what it says, as JSON and as it was hashed: nothing may stand between.
        texts: free texts that the entry's digests stand for: name → salt and text; None once erased.
        key: id of the key of its hash; None: a plain hash, as version 0.1 made it.
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
    key: str | None = None

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


class Link(NamedTuple):
    """What an entry's hash covers: its content and the hash before it.

    Args:
        subject: key of the subject whose history it is; by, data: plain values.
    """

    subject: str
    n: int
    at: str
    what: str
    by: object
    data: object
    previous: str

    def hash(self, key: Key | None) -> str:
        """Return the hash by a key; by none a plain one, as version 0.1 made it."""
        return content_hash(list(self)) if key is None else mac_of(key, list(self))


def digest(salt: str, text: str) -> str:
    """Return the salted digest that stands in the chain for a free text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Keyed:
    """What a history is verified by.

    Args:
        keys: of the hashes; an entry whose key is not among them can't be verified, which is a fault too.
        plain: the beginning that has plain hashes; None: no entry may have one.
        is_stated: whether the store has said that all plain beginnings are sealed; until then any entry may be plain.
    """

    keys: ChainKeys
    plain: PlainBeginning | None = None
    is_stated: bool = True


def verify_chain(entries: Iterable[HistoryEntry], count: int, head: str, keyed: Keyed) -> ChainCheck:
    """Hold every entry against the one before it, and the last against what is known of the chain's end.

    Args:
        entries: all entries in their order.
        count: how many there must be; entries cut off at the end are found by it.
        head: hash that the last entry must have.
        keyed: what it is verified by.

    Returns:
        The first fault. Causes: 'missing', 'previous', 'content', 'text' (another in its place), 'text-dropped' (gone,
        and no entry says that it was erased), 'plain' (a plain hash where none may be), 'unknown-key', 'seal' (the
        plain beginning is not the one that was sealed), 'end'.
    """
    if keyed.plain is not None and not keyed.keys.sealed(keyed.plain):
        return ChainCheck(False, 0, BEGINNING, 1, "seal")
    walk = _Walk(keyed)
    for entry in entries:
        if cause := walk.fault(entry):
            return ChainCheck(False, walk.seen, walk.previous, walk.seen + 1, cause)
        walk.pass_over(entry)
    if walk.seen != count or walk.previous != head:
        return ChainCheck(False, walk.seen, walk.previous, walk.seen + 1, "end")
    if walk.dropped:
        return ChainCheck(False, walk.seen, walk.previous, walk.dropped[0], "text-dropped")
    return ChainCheck(True, walk.seen, walk.previous)


class _Walk:
    """How far a chain has been verified."""

    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed
        self.previous, self.seen = BEGINNING, 0
        self.dropped: list[int] = []  # entries that lack a text, and nothing has said yet that it was erased

    def fault(self, entry: HistoryEntry) -> str | None:
        if entry.n != self.seen + 1:
            return "missing"
        if entry.previous != self.previous:
            return "previous"
        return self._wrong_hash(entry) or ("text" if _has_other_text(entry) else None)

    def pass_over(self, entry: HistoryEntry) -> None:
        self.previous, self.seen = entry.hash, entry.n
        if _lacks_a_text(entry):
            self.dropped.append(entry.n)
        if entry.what == "erased" and entry.read(_Erased).data == DataClass.TEXTS:
            self.dropped.clear()

    def _wrong_hash(self, entry: HistoryEntry) -> str | None:
        key, plain = self._keyed.keys.find(entry.key), self._keyed.plain
        if entry.key is None:
            if self._keyed.is_stated and (plain is None or entry.n > plain.n):
                return "plain"
        elif key is None:
            return "unknown-key"
        by, data = msgspec.json.decode(entry.by), msgspec.json.decode(entry.data)
        linked = Link(entry.subject.key, entry.n, entry.at, entry.what, by, data, entry.previous)
        if entry.hash != linked.hash(key):
            return "content"
        return "seal" if plain and entry.n == plain.n and entry.hash != plain.head else None


def _has_other_text(entry: HistoryEntry) -> bool:
    """A text that was put in another's place does not fit its digest."""
    if not entry.texts:
        return False
    digests = entry.read(_Digests).texts
    return any(digests.get(name) != digest(salt, text) for name, (salt, text) in entry.texts.items())


def _lacks_a_text(entry: HistoryEntry) -> bool:
    return b'"texts"' in bytes(entry.data) and bool(
        entry.read(_Digests).texts.keys() - (entry.texts or {}).keys()
    )
