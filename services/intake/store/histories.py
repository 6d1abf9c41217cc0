"""Histories as a whole: their plain beginnings are sealed once, all of them are read to be verified.

Decides how they are read in pieces while the house goes on. What a fault is, `domain.chain` decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from services.intake.domain.chain import HistoryEntry, Keyed
from services.intake.domain.chain_keys import ChainKeys, PlainBeginning
from services.intake.domain.day_heads import EntriesDigest
from services.intake.domain.town_moves import TownMove
from services.intake.store import tables
from services.intake.store.reading import entry_of
from shared.contracts.messages import TownHead
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.kernel.subject import case_subject

PAGE = 200  # cases read with one statement


@dataclass(frozen=True, slots=True)
class KeptHistory:
    """A case's history as it stands in the store.

    Args:
        n, head: what the case's own row says of the end of its history.
    """

    case: str
    town: str
    number: str
    n: int
    head: str
    entries: Sequence[HistoryEntry]


def keyed_of(conn: sa.Connection, keys: ChainKeys, case: str) -> Keyed:
    """Return what a case's history is verified by."""
    return Keyed(keys, beginnings_of(conn, [case]).get(case), is_stated=keyed_since(conn, keys) is not None)


def beginnings_of(conn: sa.Connection, cases: Sequence[str]) -> dict[str, PlainBeginning]:
    """Return the sealed plain beginnings among these cases."""
    table = tables.plain_beginnings
    rows = conn.execute(sa.select(table).where(table.c.case_id.in_(cases)))
    return {
        row.case_id: PlainBeginning(case_subject(row.case_id).key, row.n, row.head, row.key, row.seal)
        for row in rows
    }


def keyed_since(conn: sa.Connection, keys: ChainKeys) -> str | None:
    """Return the instant from which on every entry is keyed, as it was signed; None: none was stated, or forged."""
    table = tables.history_keyed
    for row in conn.execute(sa.select(table).order_by(table.c.since)):
        if keys.signed(row.key, row.seal, ["keyed since", row.since]):
            return str(row.since)
    return None


def seal_beginnings(work: Work, keys: ChainKeys, after: str, limit: int) -> str | None:
    """Seal the plain beginnings among the next cases after one; return the last of these, None: there are no more."""
    ids = list(work.conn.scalars(_NEXT_CASES, {"after": after, "limit": limit}))
    # Read without a lock: nobody may change what is sealed. Of two that seal at once the second fails, and begins anew.
    sealed_before, rows = beginnings_of(work.conn, ids), work.rows(tables.plain_beginnings)
    for case, n, head in work.conn.execute(_LAST_PLAIN, {"ids": ids}):
        # Sealed once: what it is now may have been forged since.
        if case not in sealed_before:
            sealed = keys.seal(case_subject(case).key, n, head)
            rows.add({"case_id": case, "n": n, "head": head, "key": sealed.key, "seal": sealed.seal})
    return ids[-1] if len(ids) == limit else None


def state_keyed(work: Work, keys: ChainKeys) -> None:
    """State that from now on every entry is keyed."""
    since = format_instant(work.at)
    key, seal = keys.sign(["keyed since", since])
    work.rows(tables.history_keyed).add({"since": since, "key": key, "seal": seal})


def note_move(conn: sa.Connection, keys: ChainKeys, town: str, what: TownMove, at: str) -> None:
    """State that a town was restored here or removed: what was said of its days before is not what it has now."""
    key, seal = keys.sign(["town move", town, what.value, at])
    row, moves = (
        {"moved_town": town, "at": at, "what": what.value, "key": key, "seal": seal},
        tables.town_moves,
    )
    # In simulated time several may be of one instant: the last one counts.
    conn.execute(sa.delete(moves).where(moves.c.moved_town == town, moves.c.at == at))
    conn.execute(sa.insert(moves).values(row))


def last_moves(conn: sa.Connection, keys: ChainKeys) -> dict[str, str]:
    """Return, for each town that ever moved, the instant of its last move; what bears no right signature is none."""
    moves = tables.town_moves
    return {
        row.moved_town: row.at
        for row in conn.execute(sa.select(moves).order_by(moves.c.at))
        if keys.signed(row.key, row.seal, ["town move", row.moved_town, row.what, row.at])
    }


def count_cases(conn: sa.Connection, town: str | None = None) -> int:
    """Return how many cases there are, of one town or of all."""
    wanted = sa.select(sa.func.count()).select_from(tables.cases)
    return int(conn.scalar(wanted if town is None else wanted.where(tables.cases.c.town == town)) or 0)


def histories(store: Store, town: str | None = None) -> Iterator[KeptHistory]:
    """Yield the history of every case, by the cases' ids.

    Each piece is one statement: a case's row and its entries are of the same moment, though the house goes on.
    """
    after = ""
    while page := _page(store, town, after):
        yield from page
        after = page[-1].case


def heads_between(conn: sa.Connection, since: str, until: str) -> dict[str, TownHead]:
    """Return, by town, the heads of the entries from one instant until another.

    Args:
        since, until: as entries have their instants; `until` is not within.
    """
    found: dict[str, EntriesDigest] = defaultdict(EntriesDigest)
    for town, *entry in conn.execution_options(yield_per=1000).execute(
        _BETWEEN, {"since": since, "until": until}
    ):
        found[town].add(*entry)
    return {town: digest.head() for town, digest in found.items()}


def without_case(conn: sa.Connection) -> list[str]:
    """Return the ids of cases that are gone while entries of their histories are there."""
    cases, entries = tables.cases, tables.history
    gone = sa.select(entries.c.case_id).distinct().where(~sa.exists().where(cases.c.id == entries.c.case_id))
    return list(conn.scalars(gone.order_by(entries.c.case_id)))


def _page(store: Store, town: str | None, after: str) -> list[KeptHistory]:
    chosen = sa.select(*(tables.cases.c[name] for name in _OF_CASE)).where(tables.cases.c.id > after)
    if town is not None:
        chosen = chosen.where(tables.cases.c.town == town)
    page = chosen.order_by(tables.cases.c.id).limit(PAGE).subquery()
    joined = page.outerjoin(tables.history, tables.history.c.case_id == page.c.id)
    wanted = sa.select(page, *tables.history.c).select_from(joined).order_by(page.c.id, tables.history.c.n)
    with store.read() as conn:
        rows = conn.execute(wanted).all()
    return [_kept(list(own)) for _, own in groupby(rows, key=attrgetter("id"))]


def _kept(rows: list[sa.Row[Any]]) -> KeptHistory:
    case, town, number, n, head = rows[0][: len(_OF_CASE)]
    # A case without any has one row of nothing.
    entries = [entry_of(row._mapping) for row in rows if row.case_id is not None]
    return KeptHistory(case, town, number, n, head, entries)


_OF_CASE = ("id", "town", "number", "history_n", "history_head")
_of_case = tables.history.join(tables.cases, tables.cases.c.id == tables.history.c.case_id)
_BETWEEN = (
    sa.select(tables.cases.c.town, tables.history.c.case_id, tables.history.c.n, tables.history.c.hash)
    .select_from(_of_case)
    .where(tables.history.c.at >= sa.bindparam("since"), tables.history.c.at < sa.bindparam("until"))
    .order_by(tables.history.c.case_id, tables.history.c.n)
)
_NEXT_CASES = (
    sa.select(tables.cases.c.id)
    .where(tables.cases.c.id > sa.bindparam("after"))
    .order_by(tables.cases.c.id)
    .limit(sa.bindparam("limit"))
)
_plain = (
    sa.select(tables.history.c.case_id, sa.func.max(tables.history.c.n).label("n"))
    .where(tables.history.c.case_id.in_(sa.bindparam("ids", expanding=True)), tables.history.c.key.is_(None))
    .group_by(tables.history.c.case_id)
    .subquery()
)
_LAST_PLAIN = sa.select(_plain.c.case_id, _plain.c.n, tables.history.c.hash).join(
    tables.history, (tables.history.c.case_id == _plain.c.case_id) & (tables.history.c.n == _plain.c.n)
)
