"""Requests by their keys: one that is sent again gets the record that it made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from services.duties.store.tables import claims
from services.duties.store.typed import plain, typed
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.instants import Instant

# Promised to clients by the guide for integrators: within this time a repetition never makes a second record.
KEPT_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class RecordClaim:
    """A key as a request brings it, bound to the body that it came with."""

    key: str
    body_hash: str


class SettledRecord(Struct, frozen=True):
    """A key that was used, with the hash of the body that it came with and the record that it made."""

    key: str
    body_hash: str
    record: str
    made_at: Instant


class SqlRecordClaims:
    """Clients' keys within a transaction."""

    def known(self, work: Work, claim: RecordClaim) -> SettledRecord | None:
        """Return what a key that was used before came to; whoever uses it at this moment too is waited for."""
        work.rows(claims).hold([claim.key])
        row = work.rows(claims).get(claim.key)
        return None if row is None else typed(row, SettledRecord)

    def keep(self, work: Work, claim: RecordClaim, record: str) -> None:
        """Keep what a key came to."""
        work.rows(claims).add(plain(SettledRecord(claim.key, claim.body_hash, record, work.at)))


def forget_old(store: Store, limit: int) -> int:
    """Drop keys whose time is over; return how many."""
    with store.begin() as work:
        old = sa.select(claims.c.key).where(claims.c.made_at <= work.at - KEPT_FOR).limit(limit)
        return work.conn.execute(sa.delete(claims).where(claims.c.key.in_(old))).rowcount


def next_to_forget(conn: sa.Connection) -> datetime | None:
    """Return when the oldest key's time is over."""
    oldest: datetime | None = conn.scalar(sa.select(sa.func.min(claims.c.made_at)))
    return oldest + KEPT_FOR if oldest else None
