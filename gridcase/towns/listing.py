"""The towns of a house with their size and when anything last happened there.

Decides how size is estimated: rows are counted, their bytes taken as the average of their tables'.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from gridcase.house_stores import NAMES
from gridcase.towns.stores import INTAKE, REGISTRY, Connections, flow_of, tables_of_towns
from services.intake.bootstrap import TownFigures, figures_by_town
from services.registry.bootstrap import TownNode, editions_in_force, nodes
from shared.db.belonging import counts_by_town
from shared.db.types import Instant
from shared.kernel.texts import Text

Counts = Mapping[str, int]


class ListedTown(Struct, frozen=True):
    """A town as it is listed.

    Args:
        edition: number of the one in force; None: none is yet.
        suspended_at: None: it takes what comes.
        open, cases: how many cases run, and how many there are.
        rows: in all stores; bytes: approximately theirs.
        attachments: bytes of its files.
        last_activity: when anything was last said of it by any service; None: nothing is kept of that.
    """

    town: str
    zh: str
    en: str
    edition: int | None
    suspended_at: datetime | None
    open: int
    cases: int
    rows: int
    bytes: int
    attachments: int
    last_activity: datetime | None

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class _Sizes:
    rows: Counter[str]
    bytes: Counter[str]


def list_towns(conns: Connections, now: datetime) -> list[ListedTown]:
    """Return the towns of a house by their keys: those with an edition, and those of which any case is left.

    Args:
        now: which editions are in force.
    """
    sizes, last = _sizes(conns), _last_activity(conns)
    figures, editions = figures_by_town(conns[INTAKE]), editions_in_force(conns[REGISTRY], now)
    names = nodes(conns[REGISTRY])
    return [
        _listed(
            town, sizes, figures.get(town, TownFigures()), editions.get(town), names.get(town), last.get(town)
        )
        for town in sorted({*editions, *figures})
    ]


def _listed(
    town: str,
    sizes: _Sizes,
    figures: TownFigures,
    edition: int | None,
    node: TownNode | None,
    last: datetime | None,
) -> ListedTown:
    node = node or TownNode(Text(town, town), None)
    return ListedTown(
        town=town,
        zh=node.name.zh,
        en=node.name.en,
        edition=edition,
        suspended_at=node.suspended_at,
        open=figures.open,
        cases=figures.cases,
        rows=sizes.rows[town],
        bytes=sizes.bytes[town],
        attachments=figures.attachments,
        last_activity=last,
    )


def _sizes(conns: Connections) -> _Sizes:
    rows: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for service in NAMES:
        conn = conns[service]
        counted = {table: counts_by_town(conn, table) for table in tables_of_towns(service)}
        for table, width in _widths(conn, counted).items():
            for town, number in counted[table].items():
                rows[town] += number
                size[town] += round(number * width)
    return _Sizes(rows, size)


def _widths(conn: sa.Connection, counted: Mapping[sa.Table, Counts]) -> Mapping[sa.Table, float]:
    """Bytes of a row with its share of the indexes, by table; in SQLite the average of the store."""
    if conn.dialect.name == "sqlite":
        pages = conn.exec_driver_sql("pragma page_count").scalar() or 0
        page = conn.exec_driver_sql("pragma page_size").scalar() or 0
        everything = sum(_all_rows(conn, table) for table in _all_tables(counted))
        return dict.fromkeys(counted, pages * page / max(1, everything))
    sizes = {row.relname: row.size for row in conn.execute(_SIZES)}
    return {table: sizes.get(table.name, 0) / max(1, _all_rows(conn, table)) for table in counted}


def _all_tables(counted: Mapping[sa.Table, Counts]) -> list[sa.Table]:
    """Return all tables of the store of which these are some: what belongs to the house has its share of the file."""
    return list(next(iter(counted)).metadata.sorted_tables)


def _all_rows(conn: sa.Connection, table: sa.Table) -> int:
    return conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


_SIZES = sa.text(
    "select relname, pg_total_relation_size(oid) as size from pg_class "
    "where relnamespace = current_schema()::regnamespace and relkind = 'r'"
)


def _last_activity(conns: Connections) -> Mapping[str, datetime]:
    """By what was said: a service says what it does, and keeps what it said."""
    found: dict[str, datetime] = {}
    for service in NAMES:
        outbox = flow_of(service).outbox
        # A token's message names a town, and is no act of it.
        is_towns = ~outbox.c.stream.startswith("token/")
        latest = sa.func.max(outbox.c.made_at, type_=Instant())
        wanted = sa.select(outbox.c.town, latest).where(is_towns).group_by(outbox.c.town)
        for town, at in conns[service].execute(wanted):
            found[town] = max(at, found.get(town, at))
    return found
