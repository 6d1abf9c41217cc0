"""One answer for one key: repeated requests get the first one's answer, a hundred at once make one case.

Decides that a key belongs to its caller and town. The first transaction claims the key; others wait for it
to end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.intake.domain.claims import Claim
from services.intake.domain.receipts import KeptAnswer
from services.intake.store.tables import claims
from shared.db.bulk import insert_many, update_many
from shared.db.store import Store
from shared.db.work import Work

# Promised to clients by the guide for integrators: within this time a repetition never makes a second case.
KEPT_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A key that was used before: the hash of the body that it came with, and the answer."""

    body_hash: str
    answer: KeptAnswer


class SqlClaims:
    """Clients' keys within one transaction.

    SQLite has one writer, so that looking first and writing with the answer is enough. In PostgreSQL keys are
    inserted first: whoever wants the same key at the same moment waits for this transaction's end.
    """

    def take(self, work: Work, wanted: Sequence[Claim]) -> dict[str, SettledClaim]:
        """Claim keys for this transaction; return those that were claimed before, by key."""
        keys = {claim.key for claim in wanted}
        if not keys:
            return {}
        others = keys - _insert(work, wanted) if _is_postgresql(work) else keys
        if not others:
            return {}
        # A statement of its own after the wait: the one that waited does not see what was committed meanwhile.
        found = work.conn.execute(sa.select(claims).where(claims.c.key.in_(others))).mappings()
        return {row["key"]: SettledClaim(row["body_hash"], row["answer"]) for row in found}

    def settle(self, work: Work, answers: Mapping[Claim, KeptAnswer]) -> None:
        """Keep the answers with their keys."""
        rows = [
            {"key": claim.key, "body_hash": claim.body_hash, "answer": answer, "made_at": work.at}
            for claim, answer in answers.items()
        ]
        if _is_postgresql(work):
            update_many(work.conn, claims, rows, ["answer"])
        else:
            insert_many(work.conn, claims, rows)

    def give_back(self, work: Work, refused: Sequence[Claim]) -> None:
        """Let go of keys whose request was refused: a corrected one may use them."""
        if refused and _is_postgresql(work):
            keys = [claim.key for claim in refused]
            work.conn.execute(sa.delete(claims).where(claims.c.key.in_(keys)))


def _is_postgresql(work: Work) -> bool:
    return work.conn.dialect.name == "postgresql"


def _insert(work: Work, wanted: Sequence[Claim]) -> set[str]:
    """Insert what is not there, in the order of keys so that two transactions can't cross; return what was."""
    hashes = {claim.key: claim.body_hash for claim in wanted}
    keys = sorted(hashes)
    given = {"keys": keys, "hashes": [hashes[key] for key in keys], "at": work.at}
    return set(work.conn.scalars(_CLAIM, given))


# Waits for whoever inserts the same key at this moment: after that one's commit it is there and left out here, after a
# rollback it is ours.
_CLAIM = sa.text(
    "insert into idempotency_keys (key, body_hash, made_at) "
    "select k, h, :at from unnest(cast(:keys as text[]), cast(:hashes as text[])) as wanted (k, h) "
    "on conflict (key) do nothing returning key"
)


def forget_old(store: Store, limit: int) -> int:
    """Drop keys whose time is over; return how many."""
    with store.begin() as work:
        old = sa.select(claims.c.key).where(claims.c.made_at <= work.at - KEPT_FOR).limit(limit)
        return work.conn.execute(sa.delete(claims).where(claims.c.key.in_(old))).rowcount


def next_to_forget(conn: sa.Connection) -> datetime | None:
    """Return when the oldest key's time is over."""
    oldest: datetime | None = conn.scalar(sa.select(sa.func.min(claims.c.made_at)))
    return oldest + KEPT_FOR if oldest else None
