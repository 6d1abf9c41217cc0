"""One answer for one key: repeated requests get the first one's answer, a hundred at once make one case.

Decides that a key belongs to its caller and town. The first transaction claims the key; others wait for it
to end.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.intake.domain.claims import Claim
from services.intake.store.tables import claims
from shared.db.bulk import insert_many
from shared.db.store import Store
from shared.db.work import Work

KEPT_FOR = timedelta(hours=48)
Row = Mapping[str, Any]


class StoredClaims:
    """Implements `ports.claims.Claims`."""

    def take(self, work: Work, wanted: Sequence[Claim]) -> dict[str, Row]:
        """Claim keys for this transaction; return the rows of those that were claimed before, by key."""
        mine = _insert(work, wanted)
        others = [claim.key for claim in wanted if claim.key not in mine]
        if not others:
            return {}
        found = work.conn.execute(sa.select(claims).where(claims.c.key.in_(others))).mappings()
        return {row["key"]: dict(row) for row in found}

    def settle(self, work: Work, answers: Mapping[str, Row]) -> None:
        """Keep the answers with their keys."""
        if answers:
            statement = sa.update(claims).where(claims.c.key == sa.bindparam("claimed"))
            rows = [{"claimed": key, "answer": dict(answer)} for key, answer in answers.items()]
            work.conn.execute(statement.values(answer=sa.bindparam("answer")), rows)

    def give_back(self, work: Work, keys: Iterable[str]) -> None:
        """Let go of keys whose request was refused: a corrected one may use them."""
        if wanted := list(keys):
            work.conn.execute(sa.delete(claims).where(claims.c.key.in_(wanted)))


def _insert(work: Work, wanted: Sequence[Claim]) -> set[str]:
    """Insert what is not there and return its keys.

    In PostgreSQL, where another transaction is inserting a key, this one waits for that one's end.
    """
    hashes = {claim.key: claim.body_hash for claim in wanted}
    keys = sorted(hashes)  # two transactions that want the same keys can't cross
    if not keys:
        return set()
    if work.conn.dialect.name == "postgresql":
        given = {"keys": keys, "hashes": [hashes[key] for key in keys], "at": work.at}
        return set(work.conn.scalars(_CLAIM, given))
    known = set(work.conn.scalars(sa.select(claims.c.key).where(claims.c.key.in_(keys))))
    mine = [key for key in keys if key not in known]
    row = {"answer": None, "made_at": work.at}
    insert_many(work.conn, claims, [{"key": key, "body_hash": hashes[key], **row} for key in mine])
    return set(mine)


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
