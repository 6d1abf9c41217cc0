"""How many clocks of each town are in which state, without counting them.

Writers add what changed as rows of their own, so that none waits for another; a duty folds them into the
counts. Whoever reads takes the sum of both.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from services.sla.store.tables import clock_counts, clock_deltas
from shared.db.driver import KeptQuery
from shared.db.store import Store

# Folded in order of town and state: two engines that fold the same counts wait for one another, and never both.
_FOLD = {
    "postgresql": sa.text(
        "with taken as (delete from clock_deltas where id in (select id from clock_deltas order by id limit :most"
        " for update skip locked) returning town, state, n), "
        "summed as (select town, state, sum(n) as n from taken group by town, state order by town, state), "
        "folded as (insert into clock_counts (town, state, n) select town, state, n from summed "
        "on conflict (town, state) do update set n = clock_counts.n + excluded.n) select count(*) from taken"
    ),
    # `where true`: without it SQLite takes the `on` of `on conflict` for that of a join.
    "sqlite": sa.text(
        "insert into clock_counts (town, state, n) select town, state, sum(n) from "
        "(select town, state, n from clock_deltas order by id limit :most) where true group by town, state "
        "on conflict (town, state) do update set n = n + excluded.n"
    ),
}
# The very rows that were summed before: SQLite has one writer at a time, so none has come in between.
_DROP = sa.text("delete from clock_deltas where id in (select id from clock_deltas order by id limit :most)")

_ANY = KeptQuery(sa.select(sa.select(clock_deltas.c.id).exists()))


def fold(store: Store, limit: int) -> int:
    """Fold up to `limit` changes into the counts; return how many."""
    with store.read() as conn:
        if not _ANY.value(conn):
            return 0
    with store.begin() as work:
        if work.conn.dialect.name == "postgresql":
            return int(work.conn.execute(_FOLD["postgresql"], {"most": limit}).scalar_one())
        work.conn.execute(_FOLD["sqlite"], {"most": limit})
        return work.conn.execute(_DROP, {"most": limit}).rowcount


def counts(conn: sa.Connection) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield (town, state) and how many clocks there are."""
    both = sa.union_all(
        sa.select(clock_counts), sa.select(clock_deltas.c.town, clock_deltas.c.state, clock_deltas.c.n)
    )
    rows = both.subquery()
    for town, state, n in conn.execute(
        sa.select(rows.c.town, rows.c.state, sa.func.sum(rows.c.n)).group_by(rows.c.town, rows.c.state)
    ):
        yield (town, state), int(n)
