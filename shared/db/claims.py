"""Requests by their keys: one that is sent again gets what it came to the first time, and does nothing a second time.

Decides for how long a key is known. What a request came to is its service's to write and to read; see `claims_table`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from msgspec import Struct, structs

from shared.db.belonging import BELONGS, OfHouse
from shared.db.confinement import ASKED, of_all
from shared.db.store import Store
from shared.db.types import Instant
from shared.db.work import Work
from shared.kernel.canonical import content_hash

# Promised to clients by the guide for integrators: within this time a repetition never does anything a second time.
KEPT_FOR = timedelta(hours=48)


def claims_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of a service's keys."""
    return sa.Table(
        "idempotency_keys",
        metadata,
        sa.Column("key", sa.String, primary_key=True),  # hash of town, caller and the caller's key
        sa.Column("body_hash", sa.String, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False, index=True),
        info={BELONGS: OfHouse("a key says nothing of its town, and passes within days"), ASKED: of_all()},
    )


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """A key as a request brings it, bound to what was asked with it."""

    key: str
    body_hash: str


def claim_of(owner: object, key: str, asked: object) -> KeyClaim:
    """Return the claim of a request.

    Args:
        owner: whose key it is: one that somebody copied must not yield another's answer.
        asked: what the request wants, as plain values.
    """
    return KeyClaim(content_hash([owner, key]), content_hash(asked))


class KeyReused(Exception):
    """A key came before with something else."""


class UsedKey(Struct, frozen=True):
    """A key that was used, with what was asked with it and what it came to."""

    key: str
    body_hash: str
    outcome: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedKeys:
    """Clients' keys within a transaction."""

    table: sa.Table

    def known(self, work: Work, claim: KeyClaim) -> str | None:
        """Return what a key came to before; None: it is new. Whoever uses it at this moment too is waited for.

        Raises:
            KeyReused: it came with something else.
        """
        rows = work.rows(self.table)
        rows.hold([claim.key])
        row = rows.get(claim.key)
        if row is None:
            return None
        used = msgspec.convert({str(name): row[name] for name in row}, UsedKey)
        if used.body_hash != claim.body_hash:
            raise KeyReused
        return used.outcome

    def keep(self, work: Work, claim: KeyClaim, outcome: str) -> None:
        """Keep what a key came to."""
        work.rows(self.table).add(structs.asdict(UsedKey(claim.key, claim.body_hash, outcome, work.at)))

    def forget_old(self, store: Store, limit: int) -> int:
        """Drop keys whose time is over; return how many."""
        c = self.table.c
        with store.begin() as work:
            old = sa.select(c.key).where(c.made_at <= work.at - KEPT_FOR).limit(limit)
            return work.conn.execute(sa.delete(self.table).where(c.key.in_(old))).rowcount

    def next_to_forget(self, conn: sa.Connection) -> datetime | None:
        """Return when the oldest key's time is over."""
        oldest: datetime | None = conn.scalar(sa.select(sa.func.min(self.table.c.made_at)))
        return oldest + KEPT_FOR if oldest else None
