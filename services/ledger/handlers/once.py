"""Doing for a key what its request asks for, once: what is sent again is not stated again.

Decides what is kept of it: which entry it was, whether it was new, which facts were. No fact itself, and no source.
"""

from dataclasses import dataclass

import msgspec
from msgspec import Struct

from services.ledger.domain.refusal import refusal
from services.ledger.handlers.writing import TakenEntry
from shared.db.claims import ClaimedKeys, KeyClaim, KeyReused
from shared.db.work import Work


class EntryInShort(Struct, frozen=True):
    """What became of a request, in short."""

    entry: str
    is_new: bool
    added: tuple[str, ...]

    @classmethod
    def of(cls, taken: TakenEntry) -> "EntryInShort":
        """Return the same in short."""
        return cls(taken.entry.id, taken.is_new, tuple(sorted(taken.added)))


@dataclass(frozen=True, slots=True)
class RequestsByKey:
    """Keys of requests within a transaction."""

    claims: ClaimedKeys

    def known(self, work: Work, claim: KeyClaim) -> EntryInShort | None:
        """Return what the same request came to before; None: it has not been done.

        Raises:
            Problem: `key-reused`.
        """
        try:
            kept = self.claims.known(work, claim)
        except KeyReused as wrong:
            raise refusal("key-reused", "Idempotency-Key") from wrong
        return None if kept is None else msgspec.json.decode(kept, type=EntryInShort)

    def keep(self, work: Work, claim: KeyClaim, taken: EntryInShort) -> None:
        """Keep what the request came to."""
        self.claims.keep(work, claim, msgspec.json.encode(taken).decode())
