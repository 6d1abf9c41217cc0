"""Requests by their keys: one that is sent again gets the record that it made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.duties.store.tables import claims
from shared.db.store import Store
from shared.db.work import Work

# Promised to clients by the guide for integrators: within this time a repetition never makes a second record.
KEPT_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as a request brings it, bound to the body that it came with."""

    key: str
    body_hash: str


class SqlClaims:
    """Clients' keys within a transaction."""

    def known(self, work: Work, claim: Claim) -> tuple[str, str] | None:
        """Return hash of the body and record of a key that was used before; whoever uses it now too is waited for."""
        work.rows(claims).hold([claim.key])
        row = work.rows(claims).get(claim.key)
        return None if row is None else (row["body_hash"], row["record"])

    def keep(self, work: Work, claim: Claim, record: str) -> None:
        """Keep what a key came to."""
        kept = {"key": claim.key, "body_hash": claim.body_hash, "record": record, "made_at": work.at}
        work.rows(claims).add(kept)


def forget_old(store: Store, limit: int) -> int:
    """Drop keys whose time is over; return how many."""
    with store.begin() as work:
        old = sa.select(claims.c.key).where(claims.c.made_at <= work.at - KEPT_FOR).limit(limit)
        return work.conn.execute(sa.delete(claims).where(claims.c.key.in_(old))).rowcount


def next_to_forget(conn: sa.Connection) -> datetime | None:
    """Return when the oldest key's time is over."""
    oldest: datetime | None = conn.scalar(sa.select(sa.func.min(claims.c.made_at)))
    return oldest + KEPT_FOR if oldest else None
